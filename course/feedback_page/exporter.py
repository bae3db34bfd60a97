"""Makes nbgrader's feedback step write the course's own page."""
from nbconvert.exporters import Exporter
class FeedbackPage(Exporter):
    file_extension = ".html"
