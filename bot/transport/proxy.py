"""The proxy on the way to the Bot API: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, read as curl reads them.

httpx reads them itself, but not where it is given a transport, and it refuses a NO_PROXY with IPv6 addresses.
"""

from __future__ import annotations

import importlib.util
import ipaddress
import re
from collections.abc import Iterator, Mapping
from urllib.request import getproxies

import httpx

from bot.config import ConfigError

SCHEMES = ("http", "https", "socks5", "socks5h")


def proxy_for(url: str, proxies: Mapping[str, str] | None = None) -> httpx.Proxy | None:
    """The proxy for an address, or None for a direct way, which an address of this machine always has.

    `proxies` is as of `urllib.request.getproxies`, which is asked if there is none: proxies by "http", "https" and
    "all", exceptions by "no". Raises `ConfigError` if the proxy is malformed.
    """
    proxies = getproxies() if proxies is None else proxies
    address = httpx.URL(url)
    name = address.scheme if proxies.get(address.scheme) else "all"
    if not proxies.get(name) or _is_here(address.host) or _is_excepted(address.host, proxies.get("no", "")):
        return None
    return _proxy(f"{name.upper()}_PROXY", proxies[name].strip())


def _is_here(host: str) -> bool:
    return host == "localhost" or any(address.is_loopback for address in _addresses(host))


def _is_excepted(host: str, exceptions: str) -> bool:
    """A name excepts itself and all below it, with or without a dot before it; an address itself; a range all within
    it; an asterisk everything.
    """
    words = re.split(r"[,\s]+", exceptions.lower().strip())
    if "*" in words:
        return True
    host = host.lower().rstrip(".")
    for address in _addresses(host):
        return any(address in network for word in words for network in _networks(word))
    names = [word.strip(".") for word in words]
    return any(name and f".{host}".endswith(f".{name}") for name in names)


def _addresses(host: str) -> Iterator[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    """The address that this is, or none if it is a name."""
    try:
        yield ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return


def _networks(word: str) -> Iterator[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """The range that a word of NO_PROXY is, or none if it is a name."""
    try:
        yield ipaddress.ip_network(re.sub(r"[\[\]]", "", word), strict=False)
    except ValueError:
        return


def _proxy(variable: str, text: str) -> httpx.Proxy:
    """Without a scheme it is an HTTP proxy. What may hold a password is not repeated in an error."""
    scheme, _, rest = text.rpartition("://")
    if scheme and scheme.lower() not in SCHEMES:
        hint = f": write socks5://{rest.rpartition('@')[2]}" if scheme.lower().startswith("socks") else ""
        raise ConfigError(f"{variable}: a proxy may begin with {', '.join(SCHEMES)}, not with {scheme}://{hint}")
    try:
        proxy = httpx.Proxy(f"{scheme or 'http'}://{rest}")
    except (httpx.InvalidURL, ValueError):
        proxy = None
    if proxy is None or not proxy.url.host or proxy.url.port not in (None, *range(1, 2**16)):
        raise ConfigError(f"{variable}: it must be a proxy's address, like http://proxy.example.org:3128")
    if scheme.lower().startswith("socks") and importlib.util.find_spec("socksio") is None:
        raise ConfigError(
            f"{variable}: a SOCKS proxy needs the extra `socks`: pip install -r requirements-socks.txt"
            " (of the wheel: styler-bot[socks])"
        )
    return proxy
