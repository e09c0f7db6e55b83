"""Seeded chance: one stream of uniform numbers per purpose, so that a table does not depend on which others are made."""

import zlib

import numpy as np


def stream(seed, purpose):
    """A generator of its own for each purpose, the same on every machine.

    >>> float(stream(1, "ends").random()) == float(stream(1, "ends").random())
    True
    """
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, zlib.crc32(purpose.encode())])))


def choose(generator, shares, size):
    """Keys of `shares`, drawn with their shares as chances."""
    keys = np.array(list(shares), dtype=object)
    edges = np.cumsum(np.array(list(shares.values()), dtype=float))
    return keys[np.searchsorted(edges / edges[-1], generator.random(size), side="right").clip(max=len(keys) - 1)]


def whole_days(generator, mean, size):
    """Exponential waiting times in whole days, rounded down."""
    return np.floor(-np.log1p(-generator.random(size)) * mean).astype(np.int64)


def normal(generator, size):
    """Standard normal numbers from uniform ones (Box & Muller 1958): the stream of uniforms is the stable part of numpy."""
    radius = np.sqrt(-2.0 * np.log1p(-generator.random(size)))
    return radius * np.cos(2.0 * np.pi * generator.random(size))
