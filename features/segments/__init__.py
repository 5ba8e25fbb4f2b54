"""Which stage and which size class an application belongs to, by dated rules of policy."""
