"""What somebody answers to the questions that a booth asks at sign-up."""
