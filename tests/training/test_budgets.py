import pytest
import tensorflow as tf

from wganlib.training.budgets import NAMES, Budget, choose_budget


@pytest.fixture(autouse=True)
def no_wish(monkeypatch):
    monkeypatch.delenv("WGANLIB_BUDGET", raising=False)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_decides(name, monkeypatch):
    monkeypatch.setenv("WGANLIB_BUDGET", "full" if name == "smoke" else "smoke")
    chosen = choose_budget(name)
    assert (chosen.name, str(chosen)) == (name, f"{name} (asked for)")


@pytest.mark.parametrize("name", NAMES)
def test_the_variable_decides_where_nothing_is_asked(name, monkeypatch):
    monkeypatch.setenv("WGANLIB_BUDGET", name)
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: ["a GPU"] if name != "full" else [])
    assert str(choose_budget()) == f"{name} (from WGANLIB_BUDGET)"


@pytest.mark.parametrize("value", [None, ""])
@pytest.mark.parametrize(("gpus", "expected"), [([], "laptop (no GPU was found)"), (["a"], "full (a GPU was found)")])
def test_else_the_hardware_decides(gpus, expected, value, monkeypatch):
    if value is not None:
        monkeypatch.setenv("WGANLIB_BUDGET", value)
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: gpus)
    assert str(choose_budget()) == expected


def test_an_unknown_budget_is_refused_with_its_origin(monkeypatch):
    with pytest.raises(ValueError, match=r"one of 'smoke', 'laptop', 'full'\. Received: 'tiny' \(asked for\)"):
        choose_budget("tiny")
    monkeypatch.setenv("WGANLIB_BUDGET", "Laptop")
    with pytest.raises(ValueError, match=r"Received: 'Laptop' \(from WGANLIB_BUDGET\)"):
        choose_budget()


@pytest.mark.parametrize(("name", "expected"), [("smoke", 1), ("laptop", 20), ("full", 100)])
def test_pick(name, expected):
    assert Budget(name, "test").pick(smoke=1, laptop=20, full=100) == expected
