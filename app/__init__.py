"""What Landline does, without Qt and without a screen."""
