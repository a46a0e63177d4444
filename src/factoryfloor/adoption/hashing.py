"""Password hashing at the lowest cost, since production's is most of a test run's time.

bcrypt and argon2-cffi are changed where they hash, so their wrappers (passlib, pwdlib, …) follow.
Verifying is left alone: a hash made at production's cost still verifies.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import importlib.util
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LOWEST_BCRYPT_COST = 4  # bcrypt's own minimum: 2**4 rounds
LOWEST_ARGON2 = {"time_cost": 1, "memory_cost": 8, "parallelism": 1}  # RFC 9106: 8 KiB a lane
_BCRYPT_SALT_LENGTH = 29  # `$2b$12$` and 22 characters; a whole hash is longer


class CheapHashing:
    """The hashing libraries with their cost lowered, from `install()` until `remove()`."""

    def __init__(self) -> None:
        self._active = False
        self._originals: list[tuple[Any, str, Any]] = []

    def install(self) -> None:
        """Lower the cost of every hashing library that there is.

        Done before the application is imported, so that names it imports from them are covered.
        """
        self._active = True
        if bcrypt := _optional("bcrypt"):
            self._wrap(bcrypt, "gensalt", self._gensalt)
            self._wrap(bcrypt, "hashpw", self._hashpw)
        if argon2 := _optional("argon2"):
            for module in (argon2.low_level, _optional("argon2._password_hasher")):
                if hasattr(module, "hash_secret"):
                    self._wrap(module, "hash_secret", self._hash_secret)
            self._wrap(argon2.PasswordHasher, "check_needs_rehash", self._needs_rehash)

    def remove(self) -> None:
        """Put the libraries back as they were."""
        self._active = False
        while self._originals:
            owner, name, original = self._originals.pop()
            setattr(owner, name, original)

    @contextlib.contextmanager
    def suspended(self) -> Iterator[None]:
        """Within this context hashing costs what it does in production."""
        before, self._active = self._active, False
        try:
            yield
        finally:
            self._active = before

    def _wrap(self, owner: Any, name: str, cheap: Callable[..., object]) -> None:
        original = getattr(owner, name)

        @functools.wraps(original)
        def hashing(*args: Any, **kwargs: Any) -> object:
            if not self._active:
                return original(*args, **kwargs)
            return cheap(original, *args, **kwargs)

        self._originals.append((owner, name, original))
        setattr(owner, name, hashing)

    @staticmethod
    def _gensalt(original: Callable[..., bytes], *args: Any, **kwargs: Any) -> bytes:
        prefix = kwargs.get("prefix", args[1] if len(args) > 1 else b"2b")
        return original(LOWEST_BCRYPT_COST, prefix)

    @staticmethod
    def _hashpw(original: Callable[..., bytes], password: bytes, salt: bytes) -> bytes:
        if len(salt) == _BCRYPT_SALT_LENGTH:  # a new hash; a longer one is being verified
            version, _, rest = salt[1:].split(b"$", 2)
            salt = b"$%s$%02d$%s" % (version, LOWEST_BCRYPT_COST, rest)
        return original(password, salt)

    @staticmethod
    def _hash_secret(original: Callable[..., bytes], *args: Any, **kwargs: Any) -> bytes:
        secret, salt, *rest = args if args else (kwargs.pop("secret"), kwargs.pop("salt"))
        names = ("time_cost", "memory_cost", "parallelism", "hash_len", "type", "version")
        given = dict(zip(names, rest, strict=False)) | kwargs
        return original(secret=secret, salt=salt, **(given | LOWEST_ARGON2))

    @staticmethod
    def _needs_rehash(
        original: Callable[..., bool], hasher: object, *args: Any, **kwargs: Any
    ) -> bool:
        hashed = args[0] if args else kwargs["hash"]
        text = hashed.decode() if isinstance(hashed, bytes) else hashed
        if "$m={memory_cost},t={time_cost},p={parallelism}$".format(**LOWEST_ARGON2) in text:
            return False  # cheap only because it was made under test
        return original(hasher, *args, **kwargs)


def _optional(name: str) -> Any:
    if importlib.util.find_spec(name.partition(".")[0]) is None:
        return None
    try:
        return importlib.import_module(name)
    except ImportError:
        return None
