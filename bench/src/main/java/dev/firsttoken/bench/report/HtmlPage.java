package dev.firsttoken.bench.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// A report as one HTML file that loads nothing and runs nothing.
public final class HtmlPage {

    private final StringBuilder body = new StringBuilder();
    private final String title;

    public HtmlPage(String title, String subtitle) {
        this.title = title;
        body.append("<h1>").append(Chart.escape(title)).append("</h1>\n");
        body.append("<p class=\"quiet\">").append(Chart.escape(subtitle)).append("</p>\n");
    }

    public HtmlPage heading(String words) {
        body.append("<h2>").append(Chart.escape(words)).append("</h2>\n");
        return this;
    }

    public HtmlPage paragraph(String words) {
        body.append("<p>").append(Chart.escape(words)).append("</p>\n");
        return this;
    }

    /// @param svg as [Chart] makes it
    public HtmlPage figure(String svg, String caption) {
        body.append("<figure>\n").append(svg);
        body.append("<figcaption>").append(Chart.escape(caption)).append("</figcaption>\n");
        body.append("</figure>\n");
        return this;
    }

    public HtmlPage table(Table table) {
        body.append("<table>\n<thead>");
        row("th", table.head());
        body.append("</thead>\n<tbody>\n");
        table.rows().forEach(cells -> row("td", cells));
        body.append("</tbody>\n</table>\n");
        return this;
    }

    private void row(String tag, List<String> cells) {
        body.append("<tr>");
        for (String cell : cells) {
            body.append('<').append(tag).append('>').append(Chart.escape(cell));
            body.append("</").append(tag).append('>');
        }
        body.append("</tr>\n");
    }

    /// @param footer how the figures were made
    public String html(String footer) {
        return """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <title>%s</title>
        <style>
        %s</style>
        </head>
        <body>
        %s<footer>%s</footer>
        </body>
        </html>
        """
                .formatted(Chart.escape(title), style(), body, Chart.escape(footer));
    }

    private static String style() {
        try (InputStream css = HtmlPage.class.getResourceAsStream("report.css")) {
            if (css == null) {
                throw new IllegalStateException("report.css is missing beside HtmlPage");
            }
            return new String(css.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
