# The way of benchmarks/cox.py that R goes: Rscript cox.R FOLDER TINY. Prints what ways.answer prints.
suppressPackageStartupMessages(library(survival))

read <- function(folder) {
  place <- file.path(folder, "rows.bin")
  as.data.frame(matrix(readBin(place, "integer", file.size(place) / 4, size = 4), ncol = 9))
}
ratios <- function(rows) coxph(Surv(V8, V9) ~ V1 + V2 + V3 + V4 + V5 + V6 + V7, rows, ties = "efron")

memory <- function(which) {
  status <- readLines("/proc/self/status")
  as.numeric(gsub("[^0-9]", "", status[startsWith(status, which)])) / 1024
}
folders <- commandArgs(TRUE)
invisible(ratios(read(folders[2])))
held <- memory("VmRSS")
rows <- read(folders[1])
before <- proc.time()
fit <- ratios(rows)
took <- proc.time() - before
peak <- memory("VmHWM")
numbers <- sprintf("%.17g", c(coef(fit), sqrt(diag(vcov(fit)))))
cat(sprintf('{"wall": %.6f, "cpu": %.6f, "megabytes": %.1f, "above": %.1f, "found": {"numbers": [%s]}}\n',
            took[["elapsed"]], took[["user.self"]] + took[["sys.self"]], peak, peak - held, paste(numbers, collapse = ", ")))
