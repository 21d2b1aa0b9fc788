"""Writes the conformance cases of spec/cases/ from the twin in equations.py. By hand, from the repository's root:

    python -B tests/oracle/memgan_oracle.py spec/cases

The files there were made with Python 3.11 and PyTorch 2.15.0 on a CPU, in float64. Inputs are multiples of 1/1024 and
so exact in float32 too; outputs have 15 significant digits.
"""

import pathlib
import sys

import algorithm_cases
import equation_cases
import hull_cases
from case import write

for files in (equation_cases.FILES, hull_cases.FILES, algorithm_cases.FILES):
    for name, make in files.items():
        write(pathlib.Path(sys.argv[1]), name, make)
