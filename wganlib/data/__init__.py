"""Training data: digits, emoji, folders of images, text, and toy distributions in one and two dimensions."""

from wganlib.data import toys
from wganlib.data.digits import load_digits
from wganlib.data.emoji import emoji_names, load_emoji
from wganlib.data.image_folder import load_images
from wganlib.data.text import ALPHABET, decode_text, encode_text, load_text

__all__ = [
    "ALPHABET",
    "decode_text",
    "emoji_names",
    "encode_text",
    "load_digits",
    "load_emoji",
    "load_images",
    "load_text",
    "toys",
]
