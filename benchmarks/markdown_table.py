"""A table in Markdown, as the records' tables are written."""


def markdown_table(columns, rows, left=1):
    """Columns' names and rows of texts as lines; the first `left` columns are aligned to the left, numbers are not."""
    rules = ["---" if index < left else "---:" for index in range(len(columns))]
    return "\n".join("".join(f"| {cell} " if cell else "| " for cell in row) + "|" for row in (columns, rules, *rows))
