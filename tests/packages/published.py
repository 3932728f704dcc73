"""What an index of packages asks of those that are uploaded, and of what it shows of them."""

import email
import re
import tarfile
import zipfile
from pathlib import Path

from packaging.metadata import Metadata
from packaging.utils import parse_sdist_filename, parse_wheel_filename
from trove_classifiers import classifiers

_LINK = re.compile(r"\]\((?![a-z]+:|#)([^)#]+)")


def checked_metadata(file: Path) -> Metadata:
    """Return what a wheel or source archive says of itself; fail where PyPI would refuse it, or not show its README.

    The fields are read by the library that `twine check` reads them by, every rule of theirs included.
    """
    text = _metadata_of(file)
    metadata = Metadata.from_email(text, validate=True)
    name, version = _named_by(file)
    assert (metadata.name.lower().replace("_", "-"), str(metadata.version)) == (name, version)
    assert metadata.description_content_type == "text/markdown"
    assert (metadata.description or "").startswith("# ")
    assert metadata.license_expression == "Apache-2.0"
    assert metadata.license_files == ["LICENSE"]
    assert set(metadata.classifiers or ()) <= classifiers
    assert not email.message_from_bytes(text).defects
    return metadata


def _named_by(file: Path) -> tuple[str, str]:
    name, version = parse_wheel_filename(file.name)[:2] if file.suffix == ".whl" else parse_sdist_filename(file.name)
    return name, str(version)


def _metadata_of(file: Path) -> bytes:
    if file.suffix == ".whl":
        with zipfile.ZipFile(file) as wheel:
            (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
            return wheel.read(name)
    with tarfile.open(file) as archive:
        found = archive.extractfile(f"{file.name.removesuffix('.tar.gz')}/PKG-INFO")
        assert found is not None
        return found.read()


def dead_links(readme: Path) -> list[str]:
    """Return the relative links of a README, as a package has it, that lead to nothing in the package."""
    links = _LINK.findall(readme.read_text(encoding="utf-8"))
    return [link for link in links if not (readme.parent / link).exists()]
