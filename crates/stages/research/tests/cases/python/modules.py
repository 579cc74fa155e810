"""Documentation."""
from __future__ import annotations
import os, google.cloud.pubsub_v1
import numpy as np
from . import models
from ..db.session import engine as db, Base
from settings import *

BASE = "http://orders"
retries = 3
retries = 4
count = 0

def bump():
    global count
    count = 1

if __name__ == "__main__":
    main(os.environ["PORT"])
