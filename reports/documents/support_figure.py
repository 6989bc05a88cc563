"""The picture of a support period as a block of a page."""

from reports.blocks import Block
from reports.support_chart import chart_height, support_chart
from screening.support.queries.drawn import SupportPicture


def support_figure(one: SupportPicture, width: float) -> Block:
    height, chart = chart_height(one, width), support_chart(one, width)
    return Block(height, lambda paper, x, top: paper.picture(chart, x, top - height, one.sentence))
