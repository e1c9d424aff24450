# SPDX-License-Identifier: MIT
"""The operations of the layout algebra, each as an expression whose numbers differ with i.

An entry is (group, name, arguments, expression): the expression names its arguments {0}, {1}, ..., so that
their own cost can be measured apart and taken out.
"""


def layout(shape, stride):
    return f"eg::layout{{{braces(shape)}, {braces(stride)}}}"


def braces(x):
    return "{" + ", ".join(braces(e) for e in x) + "}" if isinstance(x, tuple) else str(x)


def tuple_of(*x):
    return f"eg::int_tuple{braces(tuple(x))}"


def tiler(*x):
    return f"eg::tiler{braces(tuple(x))}"


def nested(i):
    """Some layout with a nested mode, different for every i."""
    return layout((4, (2, 8 + i)), (1, (4, 8 + i % 3)))


def compact(i):
    """A bijection with its modes out of order."""
    return layout((4 + i, (2, 8)), (16, (8, 1)))


def matrix(i):
    m, n = 4 * (1 + i % 9), 8 * (1 + i % 11)
    return layout((m * (i + 2), n * 3), (n * 3, 1)), tiler(m, n)


def block(i):
    a, b, c, d = 2 + i % 5, 3 + i % 7, 4 + i, 2 + i % 3
    return layout((a, b), (b, 1)), layout((c, d), (d, 1))


def swizzled(i):
    return f"eg::composition(eg::swizzle{{{1 + i % 4}, {i % 3}, {4 + i % 3}}}, {layout((8, 64 + i), (64 + i, 1))})"


def composition(i):
    a, b, c = 2 + i % 7, 4 * (1 + i % 5), 8 + i
    return layout((a * 4, (b, c)), (i + 3, (7 * i + 1, 1))), layout((a, b), (4, a * 4))


def composition_with_carries(i):
    return layout((2, 3, 4 + i), (1, 10, 22)), layout((8, 2 + i % 3), (3, 24))


def complement(i):
    a, b, c = 2 + i % 5, 3 + i % 4, 2 + i % 3
    return (layout((a, b, c), (1, a * 2, a * 2 * b * (i + 2))), str(a * 2 * b * (i + 2) * c * (1 + i % 6)))


def make_layout_tv(i):
    a, b, c, d = 4 + i, 2 + i % 7, 1 + i % 4, 2 + i % 5
    return layout((a, b), (b, 1)), layout((c, d), (d, 1))


def access(i):
    return layout((8, 4), (1 + i % 5, 32 + i))


def of(*arguments):
    return lambda i: tuple(a(i) if callable(a) else a for a in arguments)


OPERATIONS = [
    ("making", "layout", of(), lambda i: nested(i)),
    ("making", "make_layout", of(nested, compact), "eg::make_layout({0}, {1})"),
    ("making", "make_ordered_layout", of(lambda i: tuple_of(4 + i, (2, 8)), lambda i: tuple_of(1, 0)),
     "eg::make_ordered_layout({0}, {1})"),
    ("making", "make_layout_like", of(compact), "eg::make_layout_like({0})"),
    ("making", "make_fragment_like", of(compact), "eg::make_fragment_like({0})"),
    ("making", "compact_order", of(lambda i: tuple_of(4 + i, (2, 8)), lambda i: tuple_of(1, 0)),
     "eg::compact_order({0}, {1})"),
    ("tuples", "shape_div", of(lambda i: tuple_of(12 * (i + 1), 8), lambda i: tuple_of(4, 2 + 2 * (i % 2))),
     "eg::shape_div({0}, {1})"),
    ("tuples", "ceil_div", of(lambda i: tuple_of(12 + i, 8), lambda i: tuple_of(5, 3)), "eg::ceil_div({0}, {1})"),
    ("tuples", "elem_less", of(lambda i: tuple_of(i, 7), lambda i: tuple_of(5, 9)), "eg::elem_less({0}, {1})"),
    ("tuples", "product_each", of(lambda i: tuple_of(i + 1, (7, 2))), "eg::product_each({0})"),
    ("tuples", "compatible", of(lambda i: tuple_of(8 * (i + 1), 7), lambda i: tuple_of((i + 1, 8), 7)),
     "eg::compatible({0}, {1})"),
    ("coordinates", "size", of(nested), "eg::size({0})"),
    ("coordinates", "cosize", of(nested), "eg::cosize({0})"),
    ("coordinates", "crd2idx", of(lambda i: tuple_of(3, (1, i)), nested), "eg::crd2idx({0}, {1})"),
    ("coordinates", "idx2crd", of(lambda i: tuple_of(4, (2, 8 + i))), "eg::idx2crd(17, {0})"),
    ("coordinates", "slice", of(nested), lambda i: f"{{0}}(eg::_, {1 + i % 7})"),
    ("modes", "take", of(nested), "eg::take({0}, 1, 2)"),
    ("modes", "select", of(nested), "eg::select({0}, {{1, 0}})"),
    ("modes", "append", of(nested, compact), "eg::append({0}, {1})"),
    ("modes", "group", of(nested), "eg::group({0}, 0, 2)"),
    ("modes", "flatten", of(nested), "eg::flatten({0})"),
    ("simplification", "coalesce", of(nested), "eg::coalesce({0})"),
    ("simplification", "filter", of(nested), "eg::filter({0})"),
    ("simplification", "nullspace", of(lambda i: layout((4 + i, 3, 5), (1, 0, 4 + i))), "eg::nullspace({0})"),
    ("composition", "composition", composition, "eg::composition({0}, {1})"),
    ("composition", "composition where carries cancel", composition_with_carries, "eg::composition({0}, {1})"),
    ("composition", "with_shape", of(compact, lambda i: tuple_of((4 + i, 2), 8)), "eg::with_shape({0}, {1})"),
    ("inverses", "complement", complement, "eg::complement({0}, {1})"),
    ("inverses", "left_inverse", of(compact), "eg::left_inverse({0})"),
    ("inverses", "right_inverse", of(compact), "eg::right_inverse({0})"),
    ("inverses", "max_common_layout", of(compact, lambda i: layout((4 + i, 16), (16, 1))),
     "eg::max_common_layout({0}, {1})"),
    ("inverses", "max_common_vector", of(compact, lambda i: layout((4 + i, 16), (16, 1))),
     "eg::max_common_vector({0}, {1})"),
    ("inverses", "max_alignment", of(compact), "eg::max_alignment({0})"),
    ("divides", "logical_divide", matrix, "eg::logical_divide({0}, {1})"),
    ("divides", "zipped_divide", matrix, "eg::zipped_divide({0}, {1})"),
    ("divides", "tiled_divide", matrix, "eg::tiled_divide({0}, {1})"),
    ("divides", "flat_divide", matrix, "eg::flat_divide({0}, {1})"),
    ("products", "logical_product", block, "eg::logical_product({0}, {1})"),
    ("products", "blocked_product", block, "eg::blocked_product({0}, {1})"),
    ("products", "raked_product", block, "eg::raked_product({0}, {1})"),
    ("products", "tile_to_shape",
     of(lambda i: layout((4, 8), (8, 1)), lambda i: tuple_of(4 * (i + 1), 8 * (1 + i % 5))),
     "eg::tile_to_shape({0}, {1})"),
    ("products", "make_layout_tv", make_layout_tv, "eg::make_layout_tv({0}, {1})"),
    ("recasting", "upcast", of(lambda i: layout((8, 4 + i), (1, 8))), "eg::upcast({0}, 4)"),
    ("recasting", "downcast", of(lambda i: layout((8, 4 + i), (1, 8))), "eg::downcast({0}, 4)"),
    ("recasting", "recast_layout", of(lambda i: layout((8, 4 + i), (1, 8))), "eg::recast_layout({0}, 16, 32)"),
    ("swizzles", "composition with a swizzle",
     of(lambda i: f"eg::swizzle{{{1 + i % 4}, {i % 3}, {4 + i % 3}}}", lambda i: layout((8, 64 + i), (64 + i, 1))),
     "eg::composition({0}, {1})"),
    ("swizzles", "zipped_divide of a swizzled layout", of(swizzled, lambda i: tiler(4, 1 + i % 8)),
     "eg::zipped_divide({0}, {1})"),
    ("predicates", "is_injective", of(nested), "bool(eg::is_injective({0}))"),
    ("predicates", "is_compact", of(compact), "bool(eg::is_compact({0}))"),
    ("predicates", "is_contained", of(compact), lambda i: f"bool(eg::is_contained({{0}}, {16 * (i + 4)}))"),
    ("predicates", "disjoint", of(lambda i: layout((4 + i, 8), (16, 2)), lambda i: layout((4 + i, 8), (16, 2))),
     "bool(eg::disjoint({0}, {1}, 1))"),
    ("predicates", "equal_as_functions", of(lambda i: layout((4, 8 + i), (1, 4)), lambda i: layout(4 * (8 + i), 1)),
     "bool(eg::equal_as_functions({0}, {1}))"),
    ("predicates", "max_vector_width", of(nested), "eg::max_vector_width({0})"),
]
