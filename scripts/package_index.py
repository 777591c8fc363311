"""Where packages come from: what this machine configured for pip, spoken to uv and npm.

The checkout names no registry. Whoever sits behind a mirror has told pip so (`pip config`, `PIP_*`); uv reads
none of that, so it is translated into environment variables of the child process, and neither printed nor stored.
"""

from __future__ import annotations

import configparser
import hashlib
import os
import re
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

# pip's option → uv's variable and the character that joins several values.
UV_VARIABLES = {
    "index-url": ("UV_DEFAULT_INDEX", None),
    "extra-index-url": ("UV_INDEX", " "),
    "find-links": ("UV_FIND_LINKS", ","),
    "trusted-host": ("UV_INSECURE_HOST", " "),
    "timeout": ("UV_HTTP_TIMEOUT", None),
    "default-timeout": ("UV_HTTP_TIMEOUT", None),
    "cert": ("SSL_CERT_FILE", None),
    "client-cert": ("SSL_CLIENT_CERT", None),
    "proxy": ("ALL_PROXY", None),
}
# For a Python that came without pip: fetched only then, from the configured index, and run only if the hash is this.
PIP_WHEEL = "pip-26.3-py3-none-any.whl"
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"
SYSTEM_NPMRC = ("/usr/etc/npmrc", "/etc/npmrc", "/usr/local/etc/npmrc", "/opt/homebrew/etc/npmrc")


def pip_options(venv: Path) -> dict[str, str]:
    """pip's options as pip itself would see them: files first, `[install]` over `[global]`, `PIP_*` over both."""
    options: dict[str, str] = {}
    for path in _configuration_files(venv):
        parser = configparser.RawConfigParser()
        try:
            parser.read(path, encoding="utf-8")
        except (configparser.Error, OSError, UnicodeDecodeError):
            continue  # pip will complain about its own file in its own words
        for section in ("global", "install"):
            if parser.has_section(section):
                options.update({_option(name): value for name, value in parser.items(section)})
    for name, value in os.environ.items():
        if name.startswith("PIP_"):
            options[_option(name[4:])] = value
    return options


def _option(name: str) -> str:
    return name.lower().replace("_", "-")


def _configuration_files(venv: Path) -> list[Path]:
    chosen = os.environ.get("PIP_CONFIG_FILE", "")
    if chosen == os.devnull:
        return []
    home = Path.home()
    shared = os.environ.get("XDG_CONFIG_DIRS", "/etc/xdg").split(":")
    user = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    if sys.platform == "darwin":
        shared, user = ["/Library/Application Support"], home / "Library/Application Support"
    files = [*(Path(folder) / "pip/pip.conf" for folder in shared), Path("/etc/pip.conf")]
    files += [home / ".pip/pip.conf", user / "pip/pip.conf", home / ".config/pip/pip.conf", venv / "pip.conf"]
    return [*files, Path(chosen)] if chosen else files


def uv_environment(venv: Path) -> dict[str, str]:
    """The environment in which uv asks the same places as pip. What the user set for uv itself stays."""
    environment = {**os.environ, "VIRTUAL_ENV": str(venv), "UV_PYTHON_DOWNLOADS": "never"}
    # pip looks for the pinned version in every index; uv by default stops at the first that knows the name.
    # The hashes of the lock make that safe: nothing but the pinned files can be installed.
    environment.setdefault("UV_INDEX_STRATEGY", "unsafe-best-match")
    for option, value in pip_options(venv).items():
        variable, joint = UV_VARIABLES.get(option, (None, None))
        if variable and value.strip():
            environment.setdefault(variable, joint.join(value.split()) if joint else value.strip())
    return environment


def npm_environment(venv: Path) -> dict[str, str]:
    """The environment in which .venv's own npm obeys the settings of the npm that the system may have."""
    environment = {**os.environ, "PATH": f"{venv / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
    system_wide = next((path for path in SYSTEM_NPMRC if Path(path).is_file()), None)
    if system_wide:
        environment.setdefault("NPM_CONFIG_GLOBALCONFIG", system_wide)
    certificates = os.environ.get("SSL_CERT_FILE") or pip_options(venv).get("cert")
    if certificates:
        environment.setdefault("NODE_EXTRA_CA_CERTS", certificates)
    return environment


def fetch_pip(folder: Path, *, venv: Path) -> Path | None:
    """pip's own wheel from the configured index, or None where no index is configured or it does not answer."""
    index = pip_options(venv).get("index-url")
    if not index:
        return None
    page = f"{index.rstrip('/')}/pip/"
    try:
        with urllib.request.urlopen(page, timeout=30) as answer:
            links = re.findall(r'href="([^"]+)"', answer.read().decode())
        link = next(link for link in links if urllib.parse.urlsplit(link).path.rpartition("/")[2] == PIP_WHEEL)
        with urllib.request.urlopen(urllib.parse.urljoin(page, link), timeout=60) as answer:
            content = answer.read()
    except (urllib.error.URLError, OSError, ValueError, StopIteration):
        return None
    if hashlib.sha256(content).hexdigest() != PIP_SHA256:
        return None
    (folder / PIP_WHEEL).write_bytes(content)
    return folder / PIP_WHEEL
