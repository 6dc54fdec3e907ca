"""Every project that an account sees, and choosing one."""
