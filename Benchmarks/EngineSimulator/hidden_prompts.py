"""The file that tells EngineSimulator, and nobody else, which group each prompt belongs to."""
import json


def prompt_hash(messages):
    """FNV-1a, 64 bits, of the messages' texts with a line feed after each, as PromptText in the simulator computes it."""
    value = 0xcbf29ce484222325
    for message in messages:
        for byte in message["content"].encode("utf-8") + b"\n":
            value = ((value ^ byte) * 0x100000001b3) & 0xffffffffffffffff
    return f"{value:016x}"


def write(path, about, groups, default_group, prompts):
    """`prompts`: hash to the group's name, or to {"group": …, "answer_tokens": …}."""
    with open(path, "w", encoding="utf-8") as file:
        json.dump({"about": about, "default_group": default_group, "groups": groups, "prompts": prompts}, file)
