"""Who bombs what: pure functions of what planners believe and what their forces can do."""
