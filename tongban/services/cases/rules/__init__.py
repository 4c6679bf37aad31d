"""Pure decisions about cases: no Django, no clock, no database.

- ``life_cycle``  which act in which state by whom
- ``numbers``     the number of a case and its code
- ``clocks``      five days, the promised and the statutory limit
- ``form``        prefilling, saving from two devices, what is missing
- ``founding``    for whom a service is
- ``acceptance``  completeness, the one notice, acceptance by silence
- ``letters``     the words of what is told in writing
- ``exchange``    our states in the words of other systems
"""

from tongban.services.cases.rules.life_cycle import (
    ACT_NAMES,
    FINAL,
    LIFE_CYCLE,
    ROLE_NAMES,
    STATE_NAMES,
    Step,
    acts_for,
    can_act,
    check_act,
    next_state,
)

__all__ = ["ACT_NAMES", "FINAL", "LIFE_CYCLE", "ROLE_NAMES", "STATE_NAMES", "Step", "acts_for", "can_act",
           "check_act", "next_state"]  # fmt: skip
