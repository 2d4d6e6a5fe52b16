# metafor's side of the benchmark of figures: reads requests from standard input, one a line, and answers each.
#
#   info          versions
#   svg N, pdf N  the median and the least of the seconds that N forest plots take, from the fit to the closed file
#
# The only argument is a CSV file with study, yi, vi and a text for each of the two groups.

suppressMessages(library(metafor))

rows <- read.csv(commandArgs(trailingOnly = TRUE)[1])
fit <- rma(yi, vi, data = rows, slab = rows$study, test = "knha")
path <- tempfile()

draw <- function(kind) {
   open <- if (kind == "svg") svg else pdf
   open(path, width = 174 / 25.4, height = 5)
   forest(
      fit, transf = exp, refline = 1, header = TRUE, cex = 0.6, showweights = TRUE, addpred = TRUE,
      ilab = cbind(rows$first, rows$second), ilab.xpos = c(-6, -3), xlim = c(-14, 18), alim = c(0, 6), mlab = "Total"
   )
   dev.off()
}

input <- file("stdin", "r")
while (length(line <- readLines(input, n = 1)) == 1) {
   words <- strsplit(line, " ")[[1]]
   if (words[1] == "info") {
      cat(sprintf("R %s.%s · metafor %s\n", R.version$major, R.version$minor, packageVersion("metafor")))
   } else {
      seconds <- sapply(seq_len(as.integer(words[2])), function(i) {
         start <- proc.time()[["elapsed"]]
         draw(words[1])
         proc.time()[["elapsed"]] - start
      })
      cat(sprintf("%.6f %.6f\n", median(seconds), min(seconds)))
   }
   flush(stdout())
}
