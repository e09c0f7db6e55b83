# Makes the reference of tests/estimate/test_cox.py: counts in, what R's coxph says of the customers behind them out, one row a customer.
# Run from this folder:  Rscript make_cox_reference.R
# Writes r_cox_counts.csv (the input) and r_cox_reference.csv (every value, with the versions).
library(survival)

made_with <- paste0(R.version$language, " ", R.version$major, ".", R.version$minor, ", survival ", packageVersion("survival"))
set.seed(20261123)
customers <- 4000
people <- data.frame(
  plan = sample(c("Basic", "Pro", "Team"), customers, TRUE, c(0.5, 0.3, 0.2)),
  seats = sample(1:6, customers, TRUE),
  interval = sample(c("month", "year"), customers, TRUE, c(0.8, 0.2)),
  entry = sample(c(0, 0, 0, 2, 5), customers, TRUE)
)
hazard <- 0.08 * exp(0.5 * (people$plan == "Pro") - 0.4 * (people$plan == "Team") - 0.1 * people$seats - 1.0 * (people$interval == "year"))
life <- people$entry + rgeom(customers, hazard) + 1
seen <- people$entry + sample(1:24, customers, TRUE)
people$tenure <- pmin(life, seen)
people$churned <- as.integer(life <= seen)

counts <- aggregate(customers ~ plan + seats + interval + entry + tenure + churned, cbind(people, customers = 1), sum)
write.csv(counts[do.call(order, counts), ], "r_cox_counts.csv", row.names = FALSE, quote = FALSE)

out <- list()
say <- function(model, quantity, at, value) out[[length(out) + 1]] <<- data.frame(model, quantity, at = as.character(at), value)
exact <- coxph.control(eps = 1e-13, iter.max = 50)
tell <- function(model, fit) {
  say(model, "coefficient", names(coef(fit)), coef(fit))
  say(model, "standard error", names(coef(fit)), sqrt(diag(vcov(fit))))
  say(model, "log-likelihood", c("none", "fitted"), fit$loglik)
}
people$plan <- factor(people$plan)
for (late in c(FALSE, TRUE)) {
  surv <- if (late) with(people, Surv(entry, tenure, churned)) else with(people, Surv(tenure, churned))
  name <- if (late) "late entry" else "from the start"
  fit <- coxph(surv ~ plan + seats + interval, people, ties = "efron", control = exact)
  tell(name, fit)
  curve <- survfit(fit, data.frame(plan = "Pro", seats = 2, interval = "month"))
  at <- summary(curve, times = c(1, 3, 6, 12))
  say(name, "survival of Pro, 2, month", at$time, at$surv)
  tell(paste(name, "by interval"), coxph(surv ~ plan + seats + strata(interval), people, ties = "efron", control = exact))
}
out <- do.call(rbind, out)
out$value <- sprintf("%.15g", out$value)
out$made_with <- made_with
write.csv(out, "r_cox_reference.csv", row.names = FALSE)
