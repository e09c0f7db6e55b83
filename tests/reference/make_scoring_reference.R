# Reference values for the scoring tests, computed by R's mgcv (Wood 2017) and glm on Telco.
# Rscript tests/reference/make_scoring_reference.R ../shared/data/telco/Telco-Customer-Churn.csv tests/reference/scoring_reference.csv
library(mgcv)
arguments <- commandArgs(trailingOnly = TRUE)
telco <- read.csv(arguments[1], check.names = FALSE)
band <- cut(telco$tenure, c(-1, 0, 2, 5, 11, 23, 47, 72), labels = c("0", "1-2", "3-5", "6-11", "12-23", "24-47", "48-72"))
rows <- data.frame(
  tenure = band, Contract = factor(telco$Contract), InternetService = factor(telco$InternetService), PaymentMethod = factor(telco$PaymentMethod),
  TechSupport = factor(telco$TechSupport), gender = factor(telco$gender), churned = telco$Churn == "Yes"
)
inputs <- setdiff(names(rows), "churned")
formula <- as.formula(paste("churned ~", paste0("s(", inputs, ", bs = 're')", collapse = " + ")))
fitted <- bam(formula, family = binomial, data = rows, method = "fREML", discrete = FALSE)
effects <- coef(fitted)
out <- data.frame(kind = "effect", input = "", label = "(Intercept)", value = unname(effects[1]))
for (name in inputs) {
  own <- effects[grepl(paste0("^s\\(", name, "\\)"), names(effects))]
  out <- rbind(out, data.frame(kind = "effect", input = name, label = levels(rows[[name]]), value = unname(own)))
}
deviations <- gam.vcomp(fitted)
deviations <- if (is.list(deviations) && !is.null(deviations$vc)) deviations$vc else deviations
deviations <- if (is.matrix(deviations)) deviations[, 1] else deviations
out <- rbind(out, data.frame(kind = "deviation", input = inputs, label = "", value = unname(deviations)[seq_along(inputs)]))
# Calibration of a prediction that is deliberately too extreme: twice the log odds of a tenure-only model.
plain <- glm(churned ~ tenure, family = binomial, data = rows)
extreme <- 2 * predict(plain)
slope <- summary(glm(rows$churned ~ extreme, family = binomial))$coefficients
out <- rbind(out, data.frame(kind = "slope", input = "twice the log odds of tenure", label = c("intercept", "slope"), value = slope[, 1]))
write.csv(out, arguments[2], row.names = FALSE)
