"""Training data: digits, folders of images, text, and toy distributions in one and two dimensions."""

from wganlib.data import toys
from wganlib.data.digits import load_digits
from wganlib.data.image_folder import load_images
from wganlib.data.text import ALPHABET, decode_text, encode_text, load_text

__all__ = ["ALPHABET", "decode_text", "encode_text", "load_digits", "load_images", "load_text", "toys"]
