"""Training data: digits, emoji, folders of images, text, toys in one and two dimensions; images as files."""

from wganlib.data import toys
from wganlib.data.digits import load_digits
from wganlib.data.emoji import emoji_names, load_emoji
from wganlib.data.image_cache import cache_images
from wganlib.data.image_folder import load_images
from wganlib.data.image_writer import save_animation, save_grid, save_images
from wganlib.data.text import ALPHABET, decode_text, encode_text, load_text

__all__ = [
    "ALPHABET",
    "cache_images",
    "decode_text",
    "emoji_names",
    "encode_text",
    "load_digits",
    "load_emoji",
    "load_images",
    "load_text",
    "save_animation",
    "save_grid",
    "save_images",
    "toys",
]
