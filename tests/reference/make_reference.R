# Makes the reference of tests/estimate/test_against_r.py: counts in, what R's survival says of them out.
# Run from this folder:  Rscript make_reference.R
# Writes r_survival_counts.csv (the input, as the kit's tenures) and r_survival_reference.csv (every value, with the versions).
library(survival)

made_with <- paste0(R.version$language, " ", R.version$major, ".", R.version$minor, ", survival ", packageVersion("survival"))

rows <- function(dataset, group, entry, tenure, churned, customers = 1) {
  data.frame(dataset, group = as.character(group), entry, tenure, churned = as.integer(churned), customers)
}

# Whole time units only: heart is in half days.
synthetic <- function(late) {
  set.seed(20260801)
  one <- function(group, hazard) {
    entry <- if (late) rep(c(0, 0, 3, 7, 11), each = 60) else rep(0, 300)
    life <- entry + rgeom(300, hazard) + 1
    seen <- entry + rep(c(2, 5, 9, 18, 30), times = 60)
    rows(if (late) "counts_late_entry" else "counts", group, entry, pmin(life, seen), life <= seen, sample(1:9, 300, TRUE))
  }
  both <- rbind(one("a", 0.03), one("b", 0.05), one("c", 0.09))
  aggregate(customers ~ dataset + group + entry + tenure + churned, both, sum)
}
counts <- rbind(
  with(lung, rows("lung", ifelse(sex == 1, "male", "female"), 0, time, status == 2)),
  with(veteran, rows("veteran", celltype, 0, time, status)),
  with(heart, rows("heart", ifelse(transplant == 1, "transplant", "waiting"), 2 * start, 2 * stop, event)),
  with(heart, rows("heart_pooled", "one", 2 * start, 2 * stop, event)),
  synthetic(FALSE), synthetic(TRUE),
  # S is exactly 0.5 from month 2 to month 5.
  rows("exact_half", "one", 0, c(1, 2, 5, 5), c(1, 1, 1, 0), c(20, 30, 10, 40))
)
counts <- aggregate(customers ~ dataset + group + entry + tenure + churned, counts, sum)
write.csv(counts[order(counts$dataset, counts$group, counts$entry, counts$tenure, counts$churned), ],
          "r_survival_counts.csv", row.names = FALSE, quote = FALSE)

out <- list()
say <- function(dataset, group, quantity, at, value) {
  out[[length(out) + 1]] <<- data.frame(dataset, group = as.character(group), quantity, at, value)
}

horizons <- list(lung = c(180, 365), veteran = c(60, 180), heart = c(200, 600), heart_pooled = c(200, 600), counts = c(6, 12, 24), counts_late_entry = c(6, 12, 24),
                 exact_half = c(2, 5))
for (dataset in unique(counts$dataset)) {
  few <- counts[counts$dataset == dataset, ]
  each <- few[rep(seq_len(nrow(few)), few$customers), ]
  late <- any(each$entry > 0)
  surv <- function(x) if (late) Surv(x$entry, x$tenure, x$churned) else Surv(x$tenure, x$churned)

  for (group in unique(each$group)) {
    one <- each[each$group == group, ]
    fit <- survfit(surv(one) ~ 1, conf.type = "log-log")
    # Curves of a thousand days are read at every tenth event.
    times <- sort(unique(one$tenure[one$churned == 1]))
    if (length(times) > 40) times <- times[seq(1, length(times), by = 10)]
    s <- summary(fit, times = times)
    for (column in c("n.risk", "surv", "lower", "upper")) say(dataset, group, column, s$time, s[[column]])
    say(dataset, group, "cumulative events", s$time, cumsum(s$n.event))
    for (horizon in horizons[[dataset]]) {
      if (horizon > max(one$tenure)) next
      table <- summary(fit, rmean = horizon)$table
      say(dataset, group, "rmean", horizon, table[["rmean"]])
      say(dataset, group, "se(rmean)", horizon, table[["se(rmean)"]])
    }
    q <- quantile(fit, c(0.25, 0.5, 0.75))
    say(dataset, group, "quantile", c(0.25, 0.5, 0.75), q$quantile)
    say(dataset, group, "quantile lower", c(0.25, 0.5, 0.75), q$lower)
    say(dataset, group, "quantile upper", c(0.25, 0.5, 0.75), q$upper)
  }

  if (length(unique(each$group)) < 2) next
  # survdiff knows no late entry. The log-rank test is the Mantel-Haenszel test over the months: that one does, and checks survdiff too.
  mantel_haenszel <- function(x) {
    months <- sort(unique(x$tenure[x$churned == 1]))
    tables <- sapply(months, function(k) {
      at_risk <- x[x$entry < k & x$tenure >= k, ]
      table(factor(at_risk$group, unique(x$group)), factor(at_risk$tenure == k & at_risk$churned == 1, c(FALSE, TRUE)))
    }, simplify = "array")
    tables <- tables[, , apply(tables, 3, sum) > 1, drop = FALSE]
    mantelhaen.test(tables, correct = FALSE)$statistic
  }
  say(dataset, "ALL", "log-rank by Mantel-Haenszel", length(unique(each$group)) - 1, mantel_haenszel(each))
  if (!late) {
    say(dataset, "ALL", "log-rank by survdiff", length(unique(each$group)) - 1, survdiff(Surv(tenure, churned) ~ group, each)$chisq)
    for (pair in combn(sort(unique(each$group)), 2, simplify = FALSE)) {
      two <- each[each$group %in% pair, ]
      say(dataset, paste(pair, collapse = " | "), "log-rank by survdiff", 1, survdiff(Surv(tenure, churned) ~ group, two)$chisq)
    }
  }
  cox <- coxph(surv(each) ~ group, each, ties = "efron")
  say(dataset, names(coef(cox)), "cox coefficient (Efron)", NA, coef(cox))
  say(dataset, names(coef(cox)), "cox standard error (Efron)", NA, sqrt(diag(vcov(cox))))
  cox <- coxph(surv(each) ~ group, each, ties = "breslow")
  say(dataset, names(coef(cox)), "cox coefficient (Breslow)", NA, coef(cox))
  say(dataset, names(coef(cox)), "cox standard error (Breslow)", NA, sqrt(diag(vcov(cox))))
}
out <- do.call(rbind, out)
out$at <- format(out$at, trim = TRUE)
out$value <- sprintf("%.15g", out$value)
out$made_with <- made_with
write.csv(out, "r_survival_reference.csv", row.names = FALSE)
