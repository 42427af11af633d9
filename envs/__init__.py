"""Tasks, suites, Gymnasium environments and success statistics. Importing this package registers the environments."""

from gymnasium.envs.registration import register, registry

_SKILLS, _CONTROL = "envs.skill_env:SkillEnv", "envs.control:ControlEnv"
_ENVIRONMENTS = {
    "forethought/Tabletop-v0": (_SKILLS, "tabletop-basics/block-in-bowl"),
    "forethought/TabletopControl-v0": (_CONTROL, "tabletop-basics/block-in-bowl"),
    "forethought/Desk-v0": (_SKILLS, "calvin/open-drawer"),
    "forethought/Kitchen-v0": (_SKILLS, "kitchen-basics/bring-can"),
    "forethought/DeskControl-v0": (_CONTROL, "calvin/open-drawer"),
    "forethought/Reach-v0": (_SKILLS, "stap/hook-reach-2"),
    "forethought/ReachControl-v0": (_CONTROL, "stap/constrained-packing-1"),
}
"""Entry point and default task of each id."""

for _id, (_entry_point, _task) in _ENVIRONMENTS.items():
    if _id not in registry:
        register(id=_id, entry_point=_entry_point, kwargs={"task": _task})
