"""Is a run healthy, and if not, what is wrong?"""

from wganlib.diagnosis.examination import Examination, examine
from wganlib.diagnosis.health import Diagnosis, diagnose

__all__ = ["Diagnosis", "Examination", "diagnose", "examine"]
