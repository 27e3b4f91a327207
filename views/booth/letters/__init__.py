"""What whoever runs a booth writes to the people who stand there."""
