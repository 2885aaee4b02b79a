"""Pictures and files that lie here: previews, the viewer, what is copied and dragged out."""
