"""Models: the cattrs converter that knows them, for programs with hooks of their own."""

from cattrs import Converter

from scalingo_async._core.decoding.converters import make_converter

__all__ = ["converter"]


def converter(*, secrets: bool = True) -> Converter:
    """Make a cattrs converter that structures and unstructures every model.

    It is made by the function that makes the client's own, so it decodes what the client decodes.
    Each call makes a fresh one, and `copy()` of it works as usual: register hooks of your own for
    dates, for other fields, for your own classes derived from a model, or for whole models, and
    they count wherever such a value is in a model.

    Args:
        secrets: Whether `unstructure` writes secrets out. By default it does, so that `structure`
            gets back what there was. With `False` each is `types.MASK`, as in `Model.to_dict`.

    Returns:
        The converter. Its `structure` raises `InvalidArgumentError` when data does not fit.

    Raises:
        InvalidArgumentError: `secrets` is no `bool`.
    """
    return make_converter(secrets=secrets)
