"""The pictures that are part of a page."""

from xml.etree import ElementTree as ET

from docs_pages import DOCS


def test_pictures_are_described_and_take_the_colours_of_the_page():
    for path in (DOCS / "_static" / "platform.svg", DOCS / "_static" / "call.svg"):
        picture = ET.parse(path).getroot()
        assert picture.get("role") == "img"
        parts = {part.get("id"): part.text for part in picture if part.get("id")}
        assert all(parts[name] for name in picture.get("aria-labelledby").split())
        assert float(picture.get("viewBox").split()[2]) <= 390
        for part in picture.iter():
            for colour in (part.get("fill"), part.get("stroke")):
                assert colour in {None, "none", "currentColor"}, (path.name, part.tag, colour)
