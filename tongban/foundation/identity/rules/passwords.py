"""What a password must be: long, not known to the world, not one's own number. No rules about signs.

Source: GB/T 22239-2019 8.1.4.1 (complexity), read with NIST SP 800-63B-4 3.1.1: length and a list of breached
passwords do more than capital letters and a change every 90 days.
"""

from __future__ import annotations

from collections.abc import Iterable

from tongban.kernel.errors import N_, Failure, Invalid
from tongban.kernel.law import law

SHORTEST = 10
LONGEST = 128
FEWEST_SIGNS = 4
"""Different signs: aaaaaaaaaa and 1212121212 are long and worth nothing."""


@law("password-hard-to-guess", basis="GB/T 22239-2019 8.1.4.1", says="A password is long, varied, not among those that "
     "leaked, and not somebody's own number")  # fmt: skip
def check_password(password: str, *, seen: int, own: Iterable[str] = ()) -> None:
    """Raise Invalid unless the password is good.

    Args: ``seen`` is how often it is in lists of breached passwords; ``own`` are the person's name, number, phone.
    """
    if len(password) < SHORTEST:
        raise Invalid(
            "password-short",
            N_("密码至少 {shortest} 个字符。可以用几个不相干的词连起来，好记又难猜。"),
            shortest=SHORTEST,
        )
    if len(password) > LONGEST:
        raise Invalid("password-long", N_("密码最多 {longest} 个字符。"), longest=LONGEST)
    if len(set(password)) < FEWEST_SIGNS:
        raise Invalid("password-repeats", N_("密码里不同的字符太少，容易猜到。"))
    if seen:
        raise Invalid("password-breached", N_("这个密码出现在已经泄露的密码名单里，谁都能试到。请换一个。"))
    plain = password.lower()
    for one in own:
        if len(one) >= 4 and one.lower() in plain:
            raise Invalid("password-own", N_("密码里不要有自己的手机号码、证件号码或者账号。"))


def is_good_password(password: str, *, seen: int, own: Iterable[str] = ()) -> bool:
    """Return whether the password is good."""
    try:
        check_password(password, seen=seen, own=own)
    except Failure:
        return False
    return True
