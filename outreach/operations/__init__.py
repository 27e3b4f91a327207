"""What whoever runs the program needs: backups and the way back, moving, whether all is well."""
