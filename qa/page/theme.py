"""The page's look where Gradio draws it: fonts that every machine has, quiet colours."""

from __future__ import annotations

from gradio.themes import Base, Color

_SANS = ["ui-sans-serif", "system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "Arial", "sans-serif"]
_MONO = ["ui-monospace", "SFMono-Regular", "Menlo", "Consolas", "monospace"]
_INK = Color(
    c50="#eef5f8", c100="#d8e8ef", c200="#b3d1df", c300="#82b3c9", c400="#4b8fae", c500="#1f6f93", c600="#155a7a",
    c700="#124a65", c800="#123e54", c900="#133547", c950="#0b222f", name="ink",
)  # fmt: skip


def theme() -> Base:
    """Return the theme; nothing in it is fetched."""
    return Base(primary_hue=_INK, neutral_hue="slate", font=_SANS, font_mono=_MONO, radius_size="md").set(
        body_background_fill="#fbfaf7",
        body_background_fill_dark="#14171a",
        button_primary_background_fill="*primary_600",
        button_primary_background_fill_hover="*primary_700",
        button_primary_background_fill_dark="*primary_600",
        button_primary_text_color="white",
        body_text_color="#1d2327",
        body_text_color_dark="#e7eaec",
        block_background_fill="#ffffff",
        block_background_fill_dark="#1b1f23",
        block_border_color="#dcdfe2",
        block_border_color_dark="#353c42",
        block_label_background_fill="#ffffff",
        block_label_background_fill_dark="#1b1f23",
        block_label_text_color="#5a6670",
        block_label_text_color_dark="#b6bfc7",
        block_title_text_color="#1d2327",
        block_title_text_color_dark="#e7eaec",
        border_color_primary="#dcdfe2",
        border_color_primary_dark="#353c42",
        background_fill_primary="#ffffff",
        background_fill_primary_dark="#1b1f23",
        background_fill_secondary="#f4f3ef",
        background_fill_secondary_dark="#22272c",
        input_background_fill="#ffffff",
        input_background_fill_dark="#22272c",
        input_background_fill_focus="#ffffff",
        input_background_fill_focus_dark="#22272c",
        input_border_color="#c3c9ce",
        input_border_color_dark="#4a535b",
        input_border_color_focus="*primary_600",
        input_border_color_focus_dark="*primary_300",
        input_border_width="1px",
        button_secondary_background_fill="#ece9e2",
        button_secondary_background_fill_dark="#2b3238",
        button_secondary_background_fill_hover="#e2ded4",
        button_secondary_background_fill_hover_dark="#353c42",
        button_secondary_text_color="#1d2327",
        button_secondary_text_color_dark="#e7eaec",
        body_text_color_subdued="#5a6670",
        body_text_color_subdued_dark="#b6bfc7",
        block_info_text_color="#5a6670",
        block_info_text_color_dark="#b6bfc7",
        input_placeholder_color="#5a6670",
        input_placeholder_color_dark="#b6bfc7",
    )
