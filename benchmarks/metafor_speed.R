# metafor's side of the benchmark: reads requests from standard input, one a line, and answers each with a line of JSON.
#
#   info          versions
#   has JOB       whether the job is known
#   check JOB     the numbers that must agree
#   memory JOB    bytes that one call holds at most
#   time JOB N    the median and the least of the seconds that N calls take, measured here
#
# The only argument is the folder with the data.

suppressMessages({
   library(metafor)
   library(lme4)
})

folder <- commandArgs(trailingOnly = TRUE)[1]
table_of <- function(name) read.csv(file.path(folder, paste0(name, ".csv")), check.names = FALSE)
small <- table_of("small")
medium <- table_of("medium")
trials <- table_of("trials")
reports <- table_of("reports")
exposure <- table_of("exposure")
subset20 <- table_of("gosh")
tables <- table_of("tables")
arms <- table_of("arms")
many_y <- as.matrix(table_of("many_y")[1:100, ])
many_v <- as.matrix(table_of("many_v")[1:100, ])

fit_of <- function(data, ...) rma(yi, vi, data = data, ...)
summary_of <- function(fit) list(estimate = fit$beta[1], se = fit$se[1], tau2 = fit$tau2, ci = c(fit$ci.lb[1], fit$ci.ub[1]))

reports_fit <- fit_of(reports)
trials_fit <- fit_of(trials)
trials_line <- rma(yi, vi, mods = ~ablat, data = trials)
exposure_fit <- fit_of(exposure)
exposure_ml <- fit_of(exposure, method = "ML")
equal_fit <- fit_of(subset20, method = "EE")
moment_fit <- fit_of(subset20, method = "DL")
six <- trials[1:6, ]

# Fisher scoring fails on some ordinary data sets; those have no numbers to compare.
loop <- function(...) {
   lapply(seq_len(nrow(many_y)), function(row) tryCatch(rma(many_y[row, ], many_v[row, ], ...), error = function(problem) NULL))
}
columns_of <- function(fits) {
   column <- function(read) sapply(fits, function(fit) if (is.null(fit)) NA else read(fit))
   list(
      estimate = column(function(fit) fit$beta[1]),
      se = column(function(fit) fit$se[1]),
      tau2 = column(function(fit) fit$tau2)
   )
}
careful <- list(maxiter = 10000, stepadj = 0.5)
every_subset <- function(method) {
   found <- gosh(fit_of(subset20[1:8, ], method = method), progbar = FALSE)$res
   list(estimate = c(mean(found$estimate), range(found$estimate)), q = c(sum(found$QE), max(found$QE)))
}
exact_pvalues <- function(fit) {
   found <- permutest(fit, exact = TRUE, progbar = FALSE)
   list(pvalue = found$pval, statistic = found$zval)
}

jobs <- list(
   single = list(call = function() fit_of(small, test = "knha"), numbers = summary_of),
   single_pm = list(call = function() fit_of(small, method = "PM", test = "knha"), numbers = summary_of),
   whole = list(
      call = function() {
         fit <- fit_of(small, test = "knha")
         list(fit = fit, between = confint(fit, control = list(tol = 1e-10)), predicted = predict(fit))
      },
      numbers = function(found) c(summary_of(found$fit), list(
         tau2_ci = found$between$random["tau^2", 2:3], i2_ci = found$between$random["I^2(%)", 2:3],
         pi = c(found$predicted$pi.lb, found$predicted$pi.ub), loglik = as.numeric(logLik(found$fit))
      ))
   ),
   medium = list(call = function() fit_of(medium, test = "knha"), numbers = summary_of),
   many = list(call = function() loop(test = "knha"), numbers = columns_of),
   many_dl = list(call = function() loop(method = "DL", test = "knha"), numbers = columns_of),
   leave_one_out = list(
      call = function() leave1out(reports_fit),
      numbers = function(found) list(estimate = found$estimate, se = found$se, tau2 = found$tau2, q = found$Q)
   ),
   influence = list(
      call = function() influence(reports_fit),
      numbers = function(found) list(
         rstudent = found$inf$rstudent, dffits = found$inf$dffits, cook_d = found$inf$cook.d, cov_r = found$inf$cov.r,
         tau2 = found$inf$tau2.del, hat = found$inf$hat, dfbetas = found$dfbs[[1]]
      )
   ),
   gosh_ee = list(
      call = function() gosh(equal_fit, subsets = 2000, progbar = FALSE),
      numbers = function(found) every_subset("EE"), once = TRUE
   ),
   gosh_dl = list(
      call = function() gosh(moment_fit, subsets = 2000, progbar = FALSE),
      numbers = function(found) every_subset("DL"), once = TRUE
   ),
   permutation_mean = list(
      call = function() permutest(trials_fit, iter = 1000, progbar = FALSE),
      numbers = function(found) exact_pvalues(fit_of(six, control = careful)), once = TRUE
   ),
   permutation_moderator = list(
      call = function() permutest(trials_line, iter = 1000, progbar = FALSE),
      numbers = function(found) exact_pvalues(rma(yi, vi, mods = ~ablat, data = six, control = careful)), once = TRUE
   ),
   selection = list(
      call = function() selmodel(exposure_ml, type = "stepfun", steps = 0.025),
      numbers = function(found) list(
         estimate = found$beta[1], se = found$se[1], tau2 = found$tau2, delta = found$delta[2], loglik = as.numeric(logLik(found))
      )
   ),
   trim_and_fill = list(
      call = function() trimfill(exposure_fit),
      numbers = function(found) list(k0 = found$k0, estimate = found$beta[1], se = found$se[1], tau2 = found$tau2)
   ),
   effects_smd = list(
      call = function() escalc("SMD", m1i = mean1, sd1i = sd1, n1i = n1, m2i = mean2, sd2i = sd2, n2i = n2, data = arms),
      numbers = function(found) list(yi = as.numeric(found$yi), vi = found$vi)
   ),
   mantel_haenszel = list(
      call = function() rma.mh(events1, nonevents1, events2, nonevents2, data = tables, measure = "OR"),
      numbers = function(found) list(estimate = found$beta[1], se = found$se, q = found$QE, cmh = found$MH, tarone = found$TA)
   ),
   glmm_fixed = list(
      call = function() rma.glmm(events1, nonevents1, events2, nonevents2, data = tables, measure = "OR", model = "UM.FS"),
      numbers = function(found) list(estimate = found$beta[1], se = found$se[1], tau2 = found$tau2)
   ),
   glmm_random = list(
      call = function() rma.glmm(events1, nonevents1, events2, nonevents2, data = tables, measure = "OR", model = "UM.RS", nAGQ = 1),
      numbers = function(found) list(estimate = found$beta[1], tau2 = found$tau2)
   ),
   glmm_conditional = list(
      call = function() rma.glmm(events1, nonevents1, events2, nonevents2, data = tables, measure = "OR", model = "CM.AL"),
      numbers = function(found) list(estimate = found$beta[1], se = found$se[1], tau2 = found$tau2)
   )
)
as_json <- function(values) {
   parts <- sapply(names(values), function(name) {
      numbers <- as.numeric(values[[name]])
      shown <- ifelse(is.finite(numbers), sprintf("%.17g", numbers), "null")
      paste0("\"", name, "\": [", paste(shown, collapse = ", "), "]")
   })
   paste0("{", paste(parts, collapse = ", "), "}")
}
answer <- function(text) {
   cat(text, "\n", sep = "")
   flush(stdout())
}
quoted <- function(text) paste0("\"", gsub("[\"\\\\\n]", " ", text), "\"")

serve <- function(words) {
   if (words[1] == "info") {
      said <- c(
         R = paste(R.version$major, R.version$minor, sep = "."),
         metafor = as.character(packageVersion("metafor")),
         BLAS = basename(extSoftVersion()[["BLAS"]])
      )
      return(paste0("{", paste0("\"", names(said), "\": ", quoted(said), collapse = ", "), "}"))
   }
   job <- jobs[[words[2]]]
   if (words[1] == "has") {
      return(if (is.null(job)) "{\"missing\": true}" else "{}")
   }
   if (words[1] == "check") {
      return(as_json(job$numbers(if (is.null(job$once)) job$call() else NULL)))
   }
   if (words[1] == "memory") {
      before <- gc(reset = TRUE)
      job$call()
      cells <- gc()[, "max used"] - before[, "used"]
      return(as_json(list(bytes = sum(cells * c(56, 8)))))
   }
   calls <- as.integer(words[3])
   seconds <- vapply(seq_len(calls), function(call) {
      start <- Sys.time()
      job$call()
      as.numeric(difftime(Sys.time(), start, units = "secs"))
   }, numeric(1))
   as_json(list(seconds = c(median(seconds), min(seconds))))
}

requests <- file("stdin", "r")
while (length(line <- readLines(requests, n = 1)) > 0) {
   answer(tryCatch(
      suppressWarnings(serve(strsplit(line, " ")[[1]])),
      error = function(problem) paste0("{\"error\": ", quoted(conditionMessage(problem)), "}")
   ))
}
