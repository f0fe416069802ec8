"""What every record says of where and when it was made."""

import importlib.metadata
import platform
import time

import wganlib as wl


def surroundings():
    """{"date": …, "device": …, "versions": {name: version, or None if it is not installed}}."""
    versions = {"python": platform.python_version()}
    for name in ("tensorflow", "keras", "numpy", "torch"):
        try:
            versions[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            versions[name] = None
    return {"date": time.strftime("%Y-%m-%d"), "device": wl.devices.describe_device(), "versions": versions}
