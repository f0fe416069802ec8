from explorer_values import describe

from wganlib.course import widgets


def test_each_combination_has_its_values_and_each_control_its_texts():
    explorer = widgets.BilinearExplorer()
    record, settings = describe(explorer)
    rate, rule = record["controls"]
    assert (rate["label"], rate["ordered"], rule["ordered"]) == ("η", True, False)
    assert rate["labels"][:2] == ["0.02", "0.06"] and rule["labels"] == ["simultaneous", "alternating"]
    assert rate["labels"][rate["start"]] == "0.1"
    assert len(settings) == len(rate["labels"]) * len(rule["labels"])
    assert settings[1] == {"learning_rate": 0.02, "rule": "alternating"}
    assert record["resting"] == [["steps", "200"]]


def test_what_is_held_elsewhere_than_at_its_start_is_told_as_it_is_held():
    record, settings = describe(widgets.CriticDepthExplorer())
    assert all(values["depth"] == 128 for values in settings)
    assert ["depth", "128"] in record["resting"]
