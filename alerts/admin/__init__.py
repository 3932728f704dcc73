"""The admin's pages of rules, notifications, deliveries and preferences."""
