from alt_texts import describe_figures


def picture(source="draw()", **metadata):
    output = {"output_type": "display_data", "metadata": {}, "data": {"image/png": "…", "text/plain": "<Figure>"}}
    return {"cell_type": "code", "metadata": metadata, "source": source, "outputs": [output]}


def alt(cell):
    return cell["metadata"]["mystnb"]["image"]["alt"]


def test_the_notebook_s_own_text_is_kept():
    cell = picture(mystnb={"image": {"alt": "Two curves that fall"}})
    describe_figures([cell])
    assert alt(cell) == "Two curves that fall"


def test_what_the_figures_say_of_themselves_comes_before_the_code():
    cell = picture('plot(x, title="In the code")')
    cell["outputs"] *= 2
    cell["outputs"][0] = {"data": {"image/png": "…", "text/plain": ["Figure: step 1; step 2"]}}
    describe_figures([cell])
    assert alt(cell) == "Figure: step 1; step 2"


def test_else_the_title_in_the_code_or_the_section_speaks():
    heading = {"cell_type": "markdown", "metadata": {}, "source": "## The `critic` looks\n\n```sh\n# no heading\n```"}
    titled, plain, silent = picture('plot(x, title="Eight digits")'), picture(), picture()
    drawing = picture('course.load_figure("five_changes")')
    silent["outputs"] = []
    describe_figures([heading, titled, plain, silent, drawing])
    assert alt(titled) == "Figure: Eight digits"
    assert "The critic looks" in alt(plain) and "five changes" in alt(drawing)
    assert silent["metadata"] == {}
