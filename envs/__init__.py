"""Tasks, suites, Gymnasium environments and success statistics. Importing this package registers the environments."""

from gymnasium.envs.registration import register, registry

_ENVIRONMENTS = {
    "forethought/Tabletop-v0": "envs.tabletop:TabletopEnv",
    "forethought/TabletopControl-v0": "envs.control:TabletopControlEnv",
}

for _id, _entry_point in _ENVIRONMENTS.items():
    if _id not in registry:
        register(id=_id, entry_point=_entry_point)
