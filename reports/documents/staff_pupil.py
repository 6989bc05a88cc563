"""Underlag inför samråd, for staff: a pupil's results, limits with source, signals with why, steps."""

from collections.abc import Iterator

from reports import blocks, chart_words, fonts
from reports.blocks import Block, Flow
from reports.charts import growth_line, growth_scale
from reports.documents.sources import source_blocks
from reports.documents.support_figure import support_figure
from reports.documents.told_facts import heading
from reports.figures.growth import Growth
from reports.figures.staff import Consultation, EarlierWindow, Result, Signal, StaffSheet, Step, SupportPeriod
from reports.fonts import Face
from reports.layout import Paper
from reports.marks import ACCENT, GROUND, INK, LOOKS, MUTED
from reports.wording import level_word, long_day

BASIS = "Verktyget ger underlag; en person beslutar."
LOCKED = f"{BASIS} Innehåller elevuppgifter – förvara inlåst."
SIZE, LEADING, SMALL, SMALL_LEADING = 10.5, 14.0, 9.0, 11.5
MEASURE, SHOWN, LEVEL = 152.0, 92.0, 84.0  # columns of the table of results; the rest tells limits
CHART_HEIGHT, CHART_GAP = 130.0, 20.0
SUPPORT_CHART = 0.75  # of the text's width
HANDWRITING = 20.0
TO_FILL_IN = ("Med på samrådet (funktioner)", "Vår bedömning", "Nästa steg, ansvarig funktion och datum")


def pdf(sheet: StaffSheet) -> bytes:
    paper = Paper("Underlag inför samråd")
    paper.number_pages(sheet.imprint, LOCKED)
    flow = Flow(paper, _head(paper, sheet))
    flow.put(_summary(sheet, paper.text_width), blocks.space(12))
    _results(flow, sheet, paper.text_width)
    _growth(flow, sheet, paper.text_width)
    _earlier(flow, sheet.windows)
    _signals(flow, sheet.signals, paper.text_width)
    _consultations(flow, sheet.consultations, paper.text_width)
    _support(flow, sheet.support, paper.text_width)
    _to_fill_in(flow, paper.text_width)
    return paper.finish()


def _head(paper: Paper, sheet: StaffSheet) -> float:
    """What it is, whose, where and when. The name stands on a line of its own."""
    top = paper.top
    where = f"{sheet.imprint.school} · klass {sheet.class_name} · {sheet.year} · {sheet.imprint.window}"
    day = long_day(sheet.imprint.printed_on)
    with paper.paragraph():
        taken = fonts.width(day, Face.REGULAR, 10)
        paper.fitted(paper.margin, top - 9, where, 10, paper.text_width - taken - 12, ink=MUTED)
        paper.words(paper.right, top - 9, day, 10, ink=MUTED, align="right")
    with paper.heading(1):
        paper.words(paper.margin, top - 31, "Underlag inför samråd", 18, face=Face.BOLD, ink=ACCENT)
        paper.name(paper.margin, top - 54, sheet.name, 18, paper.text_width)
    if not fonts.unprintable(sheet.name):
        return top - 66
    paper.words(
        paper.margin,
        top - 66,
        "Namnet har tecken som inte kan skrivas ut. Skriv det för hand.",
        8.5,
        ink=MUTED,
    )
    return top - 76


def _summary(sheet: StaffSheet, width: float) -> Block:
    """The window's level with its shape, how sure it is, and whose decision it is."""
    word = "Underlag saknas" if sheet.level is None else level_word(sheet.level)
    told = " ".join(said for said in (sheet.certainty, sheet.reason, sheet.absence) if said)
    lines = [blocks.text(told, width - 20, SIZE, LEADING)] if told else []
    body = blocks.stacked(
        [blocks.space(20), *lines, blocks.text(BASIS, width - 20, SIZE, LEADING, ink=MUTED)]
    )

    def draw(paper: Paper, x: float, top: float) -> None:
        paper.box(x, top - body.height - 14, width, body.height + 14, tint=GROUND, radius=4)
        paper.mark(sheet.level, x + 18, top - 18, 13)
        paper.words(x + 32, top - 22.5, word, 14, face=Face.BOLD, ink=LOOKS[sheet.level].ink)
        body.draw(paper, x + 10, top - 8)

    return Block(body.height + 14, draw)


def _results(flow: Flow, sheet: StaffSheet, width: float) -> None:
    rows = [_result(result, width) for result in sheet.results]
    if not rows:
        rows = [blocks.text("Inga resultat i perioden.", width, SIZE, LEADING)]
    flow.put(heading("Resultat i perioden"), rows[0])
    for row in rows[1:]:
        flow.put(row)
    flow.put(blocks.space(12))


def _result(result: Result, width: float) -> Block:
    """The measure; the score, its shape and the one before; the level, how sure; limits and their source."""
    rest = width - MEASURE - SHOWN - LEVEL
    limits = [result.limits, *(said for said in (result.status, result.source) if said)]
    columns = [
        (0.0, _column((result.measure, result.area), MEASURE - 8)),
        (MEASURE, _column((result.shown, result.before), SHOWN - 22)),
        (MEASURE + SHOWN, _column((_word(result), result.certainty), LEVEL - 8)),
        (MEASURE + SHOWN + LEVEL, _column((limits[0], ". ".join(limits[1:])), rest)),
    ]
    height = max(column.height for _, column in columns) + 8

    def draw(paper: Paper, x: float, top: float) -> None:
        paper.rule(x, top, x + width, thick=0.4)
        if result.level is not None:
            paper.mark(result.level, x + MEASURE + 5, top - 11, 9)
        with paper.row():
            for at, column in columns:
                with paper.cell() if at else paper.header("Row"):
                    column.draw(paper, x + at + (14 if at == MEASURE else 0), top - 4)

    return Block(height, draw)


def _word(result: Result) -> str:
    return "" if result.level is None else level_word(result.level)


def _column(said: tuple[str, str | None], width: float) -> Block:
    """What matters, and under it in small letters what explains it."""
    first = blocks.text(said[0], width, SIZE, LEADING, face=Face.BOLD)
    return blocks.stacked(
        [first, *([blocks.text(said[1], width, SMALL, SMALL_LEADING, ink=MUTED)] if said[1] else [])]
    )


def _growth(flow: Flow, sheet: StaffSheet, width: float) -> None:
    """Charts two across: every result with +-1 standard error, the goal zone, and where near begins."""
    growth = sheet.growth
    if not growth:
        return
    half = (width - CHART_GAP) / 2

    def chart(one: Growth, x: float) -> Block:
        def draw(paper: Paper, left: float, top: float) -> None:
            place = left + x, top - CHART_HEIGHT
            with paper.shown(chart_words.growth(one), *place, half, CHART_HEIGHT):
                paper.picture(growth_scale(one.scale, half, CHART_HEIGHT, True), *place)
                paper.picture(growth_line(one, half, CHART_HEIGHT), *place)

        return Block(CHART_HEIGHT, draw)

    rows = [growth[at : at + 2] for at in range(0, len(growth), 2)]
    for number, row in enumerate(rows):
        pair = [chart(one, place * (half + CHART_GAP)) for place, one in enumerate(row)]
        flow.put(*([heading("Utveckling")] if number == 0 else []), blocks.beside(pair), blocks.space(10))
    note = (
        "Strecket genom varje resultat är mätfelet, plus och minus ett. Prickad linje: här börjar nära målet."
    )
    flow.put(blocks.text(note, width, SMALL, SMALL_LEADING, ink=MUTED), blocks.space(6))
    if sheet.growth_sources:
        flow.put(blocks.text("Gränserna i bilderna", width, SMALL, LEADING, face=Face.BOLD))
    for block in source_blocks(sheet.growth_sources, width):
        flow.put(block)
    flow.put(blocks.space(8))


def _earlier(flow: Flow, windows: tuple[EarlierWindow, ...]) -> None:
    if not windows:
        return
    flow.put(heading("Tidigare perioder"), *(_window(window) for window in windows), blocks.space(12))


def _window(window: EarlierWindow) -> Block:
    def draw(paper: Paper, x: float, top: float) -> None:
        base = top - SIZE * 0.93
        with paper.paragraph():
            paper.words(x, base, f"{window.label} · {window.year}", SIZE)
            paper.mark(window.level, x + 165, base + 3.5, 9)
            word = "Underlag saknas" if window.level is None else level_word(window.level)
            taken = paper.words(x + 178, base, word, SIZE, face=Face.BOLD, ink=LOOKS[window.level].ink)
            if told := " · ".join(filter(None, (window.note, window.judged_by))):
                paper.words(x + 184 + taken, base, told, SMALL, ink=MUTED)

    return Block(LEADING + 1, draw)


def _signals(flow: Flow, signals: tuple[Signal, ...], width: float) -> None:
    if not signals:
        flow.put(
            heading("Signaler"), blocks.text("Inga öppna signaler.", width, SIZE, LEADING), blocks.space(12)
        )
    for number, signal in enumerate(signals):
        title = [heading("Signaler")] if number == 0 else []
        flow.put(*title, *_signal(signal, width), blocks.space(8))


def _signal(signal: Signal, width: float) -> Iterator[Block]:
    yield blocks.text(f"{signal.title} – {signal.state.lower()}", width, SIZE, LEADING, face=Face.BOLD)
    yield blocks.text(signal.why, width, SIZE, LEADING)
    yield blocks.text(signal.ground, width, SMALL, SMALL_LEADING, ink=MUTED)
    for step in signal.steps:
        yield blocks.bullet(_step(step), width, SIZE, LEADING)
    if not signal.steps:
        yield blocks.text("Inget nästa steg är antecknat ännu.", width, SIZE, LEADING, ink=INK)


def _step(step: Step) -> str:
    parts = [f"{step.taken_on.isoformat()}: {step.kind}"]
    parts += [step.function] if step.function else []
    parts += [step.line.removesuffix(".")] if step.line else []
    parts += [f"i samråd: {step.competence}"] if step.competence else []
    parts += [f"följs upp {step.due_on.isoformat()}"] if step.due_on else []
    return " · ".join(parts)


def _consultations(flow: Flow, consultations: tuple[Consultation, ...], width: float) -> None:
    """Who took part with which competence, when, and what was agreed on; what waits says for whom."""
    for number, one in enumerate(consultations):
        title = [heading("Samråd")] if number == 0 else []
        asked = f"Begärt {one.asked_on} av {one.asked_by}."
        if one.held_on:
            first, told = (
                f"{one.held_on}: {one.about}",
                f"Med {one.competence}. Skrivet av {one.held_by}. {asked}",
            )
        else:
            first, told = f"Väntar på svar: {one.about}", f"{asked} Frågan ligger hos {one.asked_of}."
        flow.put(
            *title,
            blocks.text(first, width, SIZE, LEADING, face=Face.BOLD),
            *([blocks.text(one.said, width, SIZE, LEADING)] if one.said else []),
            blocks.text(told, width, SMALL, SMALL_LEADING, ink=MUTED),
            blocks.space(8),
        )


def _support(flow: Flow, periods: tuple[SupportPeriod, ...], width: float) -> None:
    """What is being tried, how it goes or went, and the picture of it."""
    for number, period in enumerate(periods):
        title = [heading("Stöd")] if number == 0 else []
        said = [blocks.text(line, width, SIZE, LEADING) for line in period.lines]
        said += [blocks.bullet(line, width, SIZE, LEADING) for line in period.changes]
        flow.put(
            *title,
            blocks.text(period.title, width, SIZE, LEADING, face=Face.BOLD),
            blocks.text(period.about, width, SMALL, SMALL_LEADING, ink=MUTED),
            *said,
            blocks.space(4),
            support_figure(period.picture, SUPPORT_CHART * width),
            blocks.space(10),
        )


def _to_fill_in(flow: Flow, width: float) -> None:
    """Lines for the meeting itself."""

    def ruled(paper: Paper, x: float, top: float) -> None:
        for line in (1, 2):
            paper.rule(x, top - line * HANDWRITING, x + width, ink=MUTED, thick=0.4)

    flow.put(
        heading("Vid samrådet"),
        *(
            block
            for said in TO_FILL_IN
            for block in (blocks.text(said, width, SIZE, LEADING), Block(2 * HANDWRITING + 8, ruled))
        ),
    )
