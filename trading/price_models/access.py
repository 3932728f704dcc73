"""Who may do what with models that learn: everyone who is logged in reads cards, staff does the rest in the admin."""

from streaming.commands.access import StaffPermission

MAY_CHANGE = StaffPermission("trading.change_modelversion")
"""To roll back to a version and to silence one."""
MAY_TRAIN = StaffPermission("trading.add_modeltraining")
"""To have a model trained."""
