"""Keras callbacks that watch a training, show it, stop it and save its whole state."""

from wganlib.callbacks.alarm import HealthAlarm
from wganlib.callbacks.critic_gap import CriticGap
from wganlib.callbacks.epoch_report import EpochReport
from wganlib.callbacks.history import IterationHistory
from wganlib.callbacks.pictures import LiveCurves, SampleGrid
from wganlib.callbacks.resume import ExactResume
from wganlib.callbacks.time_left import TimeLeft

__all__ = [
    "CriticGap",
    "EpochReport",
    "ExactResume",
    "HealthAlarm",
    "IterationHistory",
    "LiveCurves",
    "SampleGrid",
    "TimeLeft",
]
