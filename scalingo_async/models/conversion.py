"""Models: the cattrs converter for all models, for programs with their own hooks."""

from cattrs import Converter

from scalingo_async._core.decoding.converters import make_converter

__all__ = ["converter"]


def converter(*, secrets: bool = True) -> Converter:
    """Create a cattrs converter that structures and unstructures every model.

    It decodes the same data as the client's own converter. Each call returns a new converter, and
    its `copy()` works as usual. You can register hooks for dates, for other field types, for your
    own subclasses of models, or for complete models; they apply wherever such a value occurs in a
    model.

    Args:
        secrets: Whether `unstructure` includes secrets. By default it does, so that `structure`
            restores the original. With `False` each is replaced by `types.MASK`, as in
            `Model.to_dict`.

    Returns:
        The converter. Its `structure` raises `InvalidArgumentError` if data doesn't fit.

    Raises:
        InvalidArgumentError: `secrets` is not a `bool`.
    """
    return make_converter(secrets=secrets)
