"""Published data sets to learn and to test with: each with its source, its columns and an example that runs.

>>> names()[:3]
('bangertdrowns2004', 'bcg', 'berkey1998')
>>> bcg = describe("bcg")
>>> bcg.rows, bcg.measure, bcg.doi
(13, 'RR', '10.1001/jama.1994.03510330076038')
>>> load("bcg").head(2)
   trial            author  year  tpos  tneg  cpos  cneg  ablat   alloc
0      1           Aronson  1948     4   119    11   128     44  random
1      2  Ferguson & Simes  1949     6   300    29   274     55  random

The keywords that `evidence.effect_sizes` needs stand in `Dataset.roles`, so that any set is one line away from effects:

>>> from evidence import effect_sizes
>>> effect_sizes(load("bcg"), bcg.measure, **bcg.roles)["yi"].round(2).tolist()[:3]
[-0.89, -1.59, -1.35]
"""

from __future__ import annotations

from .declaration import Column, Dataset
from .ready import load_ready, pool_command
from .shelf import describe, load, names

__all__ = ["Column", "Dataset", "describe", "load", "load_ready", "names", "pool_command"]
