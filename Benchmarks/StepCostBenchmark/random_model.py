"""Writes a GGUF of random weights in the shape of a real qwen35 model with an MTP block.

What it says is nonsense; what a step of it costs is what a step of the real model costs, since that depends on the
shapes and types of the weights and not on their values. Drafts of such a model are never right, so it is measured with
llama-server's `--spec-synth-rates`. Shapes are those of the published configurations of Qwen3.5 (transformers'
`Qwen3_5TextConfig`): three layers of gated delta-net to one of attention, 24 heads of 256 in 27B, and so on.
"""
import argparse

import gguf
import numpy as np
from gguf import GGMLQuantizationType as Type

SHAPES = {
    "27b": dict(layers=64, embedding=5120, feed_forward=17408, heads=24, kv_heads=4, inner=6144, rank=48),
    "9b": dict(layers=32, embedding=4096, feed_forward=12288, heads=16, kv_heads=4, inner=4096, rank=32),
    "0.8b": dict(layers=24, embedding=1024, feed_forward=3584, heads=8, kv_heads=2, inner=2048, rank=16),
}
HEAD, ROPE, STATE, GROUPS, KERNEL, INTERVAL, VOCABULARY = 256, 64, 128, 16, 4, 4, 248_320
MIXES = {  # most matrices, and those that a _M mix keeps in more bits
    "q4_k": (Type.Q4_K, Type.Q6_K, gguf.LlamaFileType.MOSTLY_Q4_K_M),
    "q8_0": (Type.Q8_0, Type.Q8_0, gguf.LlamaFileType.MOSTLY_Q8_0),
    "bf16": (Type.BF16, Type.BF16, gguf.LlamaFileType.MOSTLY_BF16),
}
SCALE = 0.02


class Weights:
    """Random blocks of each type, cut to measure from one pattern: drawing 27 G numbers would take minutes."""

    PATTERN_BLOCKS = 100_003

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)
        self.patterns = {}

    def pattern(self, kind):
        if kind not in self.patterns:
            self.patterns[kind] = self.blocks(kind, self.PATTERN_BLOCKS)
        return self.patterns[kind]

    def blocks(self, kind, count):
        """`count` blocks of standard deviation about SCALE; layouts as in ggml's ggml-common.h."""
        size = gguf.GGML_QUANT_SIZES[kind][1]
        data = self.random.integers(0, 256, (count, size), dtype=np.uint8)
        if kind == Type.Q4_K:
            d = SCALE / (31 * 4.6)
            data[:, 0:2] = np.frombuffer(np.float16(d).tobytes(), np.uint8)
            data[:, 2:4] = np.frombuffer(np.float16(d * 7.5).tobytes(), np.uint8)
        elif kind == Type.Q6_K:
            data[:, 208:210] = np.frombuffer(np.float16(SCALE / (74 * 18.5)).tobytes(), np.uint8)
        elif kind == Type.Q8_0:
            data[:, 0:2] = np.frombuffer(np.float16(SCALE / 74).tobytes(), np.uint8)
        else:
            values = self.random.normal(0, SCALE, count).astype(np.float32)
            data = (values.view(np.uint32) >> 16).astype(np.uint16).view(np.uint8).reshape(count, size)
        return data.reshape(-1)

    def matrix(self, rows, columns, kind):
        elements, size = gguf.GGML_QUANT_SIZES[kind]
        return np.resize(self.pattern(kind), (rows, columns // elements * size))


def tensors(shape, layers, mix):
    """Name, rows, columns (0: a vector) and type or constant value of each tensor."""
    most, better, _ = mix
    e, ff, heads, kv, inner, rank = (shape[k] for k in ("embedding", "feed_forward", "heads", "kv_heads", "inner", "rank"))
    convolved = 2 * GROUPS * STATE + inner
    yield "token_embd.weight", VOCABULARY, e, most
    yield "output.weight", VOCABULARY, e, better
    yield "output_norm.weight", e, 0, 1.0
    for layer in range(layers + 1):
        blk = f"blk.{layer}."
        yield blk + "attn_norm.weight", e, 0, 1.0
        yield blk + "post_attention_norm.weight", e, 0, 1.0
        yield blk + "ffn_gate.weight", ff, e, most
        yield blk + "ffn_up.weight", ff, e, most
        yield blk + "ffn_down.weight", e, ff, better if layer % 2 else most
        if layer == layers or layer % INTERVAL == INTERVAL - 1:
            yield blk + "attn_q.weight", 2 * heads * HEAD, e, most
            yield blk + "attn_k.weight", kv * HEAD, e, most
            yield blk + "attn_v.weight", kv * HEAD, e, better
            yield blk + "attn_output.weight", e, heads * HEAD, most
            yield blk + "attn_q_norm.weight", HEAD, 0, 1.0
            yield blk + "attn_k_norm.weight", HEAD, 0, 1.0
        else:
            yield blk + "attn_qkv.weight", convolved, e, most
            yield blk + "attn_gate.weight", inner, e, most
            yield blk + "ssm_conv1d.weight", convolved, KERNEL, 0.25
            yield blk + "ssm_dt.bias", rank, 0, 0.0
            yield blk + "ssm_a", rank, 0, -1.0
            yield blk + "ssm_alpha.weight", rank, e, most
            yield blk + "ssm_beta.weight", rank, e, most
            yield blk + "ssm_norm.weight", STATE, 0, 1.0
            yield blk + "ssm_out.weight", e, inner, most
        if layer == layers:
            yield blk + "nextn.eh_proj.weight", e, 2 * e, better
            for norm in ("enorm", "hnorm", "shared_head_norm"):
                yield f"{blk}nextn.{norm}.weight", e, 0, 1.0


def describe(writer, shape, layers, name, file_type):
    writer.add_name(name)
    writer.add_file_type(file_type)
    writer.add_block_count(layers + 1)
    writer.add_uint32("qwen35.nextn_predict_layers", 1)
    writer.add_context_length(262_144)
    writer.add_embedding_length(shape["embedding"])
    writer.add_feed_forward_length(shape["feed_forward"])
    writer.add_head_count(shape["heads"])
    writer.add_head_count_kv(shape["kv_heads"])
    writer.add_key_length(HEAD)
    writer.add_value_length(HEAD)
    writer.add_layer_norm_rms_eps(1e-6)
    writer.add_rope_freq_base(1e7)
    writer.add_rope_dimension_count(ROPE)
    writer.add_rope_dimension_sections([11, 11, 10, 0])
    writer.add_uint32("qwen35.full_attention_interval", INTERVAL)
    writer.add_ssm_conv_kernel(KERNEL)
    writer.add_ssm_inner_size(shape["inner"])
    writer.add_ssm_state_size(STATE)
    writer.add_ssm_time_step_rank(shape["rank"])
    writer.add_ssm_group_count(GROUPS)


def add_vocabulary(writer, path):
    """The demo model's tokenizer, filled up to the real model's number of tokens."""
    fields = gguf.GGUFReader(path).fields
    tokens = fields["tokenizer.ggml.tokens"].contents()
    types = fields["tokenizer.ggml.token_type"].contents()
    more = VOCABULARY - len(tokens)
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre(fields["tokenizer.ggml.pre"].contents())
    writer.add_token_list(tokens + [f"w{number}" for number in range(more)])
    writer.add_token_types(types + [int(gguf.TokenType.NORMAL)] * more)
    writer.add_token_merges(fields["tokenizer.ggml.merges"].contents())
    writer.add_bos_token_id(fields["tokenizer.ggml.bos_token_id"].contents())
    writer.add_eos_token_id(fields["tokenizer.ggml.eos_token_id"].contents())
    writer.add_add_bos_token(False)
    writer.add_chat_template(fields["tokenizer.chat_template"].contents())


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("output")
    parser.add_argument("--tokenizer", required=True, help="a GGUF to take the tokenizer from")
    parser.add_argument("--shape", choices=SHAPES, default="27b")
    parser.add_argument("--type", choices=MIXES, default="q4_k")
    options = parser.parse_args()
    shape, mix = SHAPES[options.shape], MIXES[options.type]
    writer = gguf.GGUFWriter(options.output, "qwen35", use_temp_file=False)
    describe(writer, shape, shape["layers"], f"Random {options.shape}", int(mix[2]))
    add_vocabulary(writer, options.tokenizer)
    weights = Weights(seed=1)
    listed = list(tensors(shape, shape["layers"], mix))
    for name, rows, columns, kind in listed:
        if isinstance(kind, float):
            dimensions = (rows, columns) if columns else (rows,)
            writer.add_tensor_info(name, dimensions, np.dtype(np.float32), 4 * int(np.prod(dimensions)))
        else:
            elements, size = gguf.GGML_QUANT_SIZES[kind]
            stored = (rows, columns // elements * size)
            writer.add_tensor_info(name, stored, np.dtype(np.uint8), int(np.prod(stored)), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_ti_data_to_file()
    for name, rows, columns, kind in listed:
        if isinstance(kind, float):
            data = np.full((rows, columns) if columns else rows, kind, np.float32)
        else:
            data = weights.matrix(rows, columns, kind)
        writer.write_tensor_data(data)
    writer.close()


if __name__ == "__main__":
    main()
