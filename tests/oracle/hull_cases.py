"""Cases of Eq. 9. The first term's are closed forms; its derivative is 0 wherever it has one."""

import equations as eq
from case import case, normal

# An implementation may estimate the first term by drawing alpha.
ESTIMATED = {"relative": 0, "absolute": 0.03}
SQUARE = [[-1, -1], [1, -1], [1, 1], [-1, 1]]
TRIANGLE = [[-0.5, -0.5], [0.75, -0.5], [-0.25, 0.625]]
CUBE = [[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)]


def both(text: str, units, points, outside: float, smooth: bool = False) -> dict:
    """Where the first term is 0 or 1 for certain: both terms, and the gradient where Eq. 9 has one."""

    def function(i: dict) -> dict:
        second = eq.distances(i["units"], i["points"])
        return {"outside": outside, "distance": second, "value": outside + second}

    wrt = ["units", "points"] if smooth else []
    return case("prop-1-objective", text, {"units": units, "points": points}, function, wrt=wrt)


def first(text: str, units, points, outside: float) -> dict:
    """The first term alone, in its closed form."""
    inputs = {"units": units, "points": points}
    return case("prop-1-objective", text, inputs, lambda _: {"outside": outside}, wrt=[], tolerance=ESTIMATED)


def stretched(points: list, factor: float) -> list:
    """Points moved away from the mean of all by a factor."""
    centre = [sum(column) / len(points) for column in zip(*points)]
    return [[c + factor * (u - c) for u, c in zip(point, centre)] for point in points]


def prop_1_objective() -> list:
    square = [[float(u) for u in corner] for corner in SQUARE]
    inner = normal(4, 2, scale=0.25).tolist()
    small = [[0.25, 0.0625], [-0.25, 0.125], [0.0625, -0.3125]]
    line = [-2.0, -0.75, 0.25, 0.5, 1.5]
    tetrahedron = [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]]
    wide = [[-4, -4], [1, -4], [1, 4], [-4, 4]]
    kite = [[-1, 0.5], [0, 2], [3, 0.25], [0.5, -2]]
    corner, around = [[0.5, -2], [3, 0.25], [0, 2]], [[-3, -2], [3, -2], [0, 4]]
    across = eq.outside_of_interval(line, -0.25, 0.75)
    # Of S only the side x = 1 meets the kite.
    cut = eq.outside_of_interval([u[0] for u in kite], -4, 1)
    return [
        both("units at the vertices: the minimum, 0", square, square + inner, 0),
        both("spare units inside: 0 still", square + inner[:2], square + inner, 0),
        both("a unit moved into S", [*square[:3], [-0.5, 0.75]], square, 0),
        both("fewer units than vertices", square[:3], square, 0),
        both("units well inside S", small, square, 0, True),
        both("one unit in S, n = 1", [[0.25, -0.125]], square, 0, True),
        both("two units: their hull is a segment", [[-0.5, 0.125], [0.5, 0.25]], square, 0, True),
        both("one unit far outside S", [[30, -40]], square, 1, True),
        both("all units on one side, far from S", [[5, 5], [6, 9], [9, 7], [8, 4]], square + inner, 1, True),
        both("one point, so S has no area", small, [[1, 1]], 1, True),
        both("points on a line, d = 1", [[-0.25], [0.5]], [[-1], [0.25], [2], [1.5]], 0),
        both("four units in a cube", [[0.5, 0, 0], [0, 0.5, 0.25], [-0.25, 0, 0.5], [0, 0, -0.5]], CUBE, 0, True),
        both("three units in a cube", [[0.5, 0, 0], [0, 0.5, 0.25], [-0.25, 0, 0.5]], CUBE, 0, True),
        first("S's triangle stretched by 2: 1 - 1/4", stretched(TRIANGLE, 2), TRIANGLE, 1 - 2**-2),
        first("S's triangle stretched by 1.125: 1 - 1/1.125^2", stretched(TRIANGLE, 1.125), TRIANGLE, 1 - 1.125**-2),
        first("S's tetrahedron stretched by 1.5: 1 - 1/1.5^3", stretched(tetrahedron, 1.5), tetrahedron, 1 - 1.5**-3),
        first("a triangle that leaves a square at a corner", corner, square, eq.outside_of_polygon(corner, square)),
        first("a triangle around a square", around, square, eq.outside_of_polygon(around, square)),
        first("two units on a line, d = 1", [[-1], [3]], [[-0.5], [1.25]], eq.outside_of_interval([-1, 3], -0.5, 1.25)),
        first("five units on a line, d = 1", [[u] for u in line], [[-0.25], [0.75], [0.5]], across),
        first("four units in the plane, of which S cuts one off", kite, wide, cut),
    ]


FILES = {"prop_1_objective": prop_1_objective}
