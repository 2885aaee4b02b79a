"""`make screenshots`: docs/tour.md and its pictures, from a life that is really lived."""
