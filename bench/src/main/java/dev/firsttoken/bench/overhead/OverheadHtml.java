package dev.firsttoken.bench.overhead;

import dev.firsttoken.bench.goodput.RunPlots;
import dev.firsttoken.bench.report.HtmlPage;

import java.util.List;

/// What a target adds, as a page with plots.
final class OverheadHtml {

    private OverheadHtml() {}

    static String of(Overhead overhead) {
        var page = new HtmlPage("What the gateway adds", OverheadText.title(overhead));
        OverheadText.remarks(overhead).forEach(page::paragraph);
        page.heading("Added").table(OverheadText.added(overhead));
        page.heading("What it needs").table(OverheadText.needs(overhead));
        RunPlots.put(page, List.of(overhead.direct(), overhead.through()));
        return page.html(
                "Made by firsttoken bench overhead. The same arrivals were sent straight to the"
                        + " simulator and through the gateway, in pairs, the order drawn by lot.");
    }
}
