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
        body_text_color_subdued="#5a6670",
        body_text_color_subdued_dark="#b6bfc7",
        block_info_text_color="#5a6670",
        block_info_text_color_dark="#b6bfc7",
        input_placeholder_color="#5a6670",
        input_placeholder_color_dark="#b6bfc7",
    )
