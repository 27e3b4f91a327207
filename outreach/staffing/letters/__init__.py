"""Every sentence about staffing that leaves by mail, and when it leaves."""
