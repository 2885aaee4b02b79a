"""What happened to a room, in words. The list at the left shows it in the first frame."""

from app.model import Direction, Message, News
from ui.chat.cast import Cast
from ui.look import Look


def news_text(news: News, message: Message, cast: Cast, look: Look) -> str:
    """In words what happened to the room."""
    author = "" if message.direction is Direction.OUT else cast.name(message.peer_id)
    people = ["" if one in ("", cast.my_id) else cast.name(one) for one in news.people]
    return look.room_words.news(news, author, people, look.format)
