;;; eglot.el --- A session of a real Emacs with eglot  -*- lexical-binding: t -*-

;;; Commentary:

;; Diagnostics, completion, a fix.  Environment: WS_ROOT, WS_PYTHON, WS_OUT as for Neovim.

;;; Code:

(require 'package)
(setq package-user-dir (expand-file-name "none" (getenv "HOME")))
(package-initialize)
(require 'eglot)
(require 'flymake)
(require 'json)
(require 'cl-lib)

(setq eglot-sync-connect 15
      eglot-autoshutdown nil
      eglot-send-changes-idle-time 0
      eglot-confirm-server-initiated-edits nil
      vc-handled-backends nil
      create-lockfiles nil
      make-backup-files nil)

(defvar outcome nil "What was seen.")

(defun note (key value)
  "Remember VALUE under KEY."
  (push (cons key value) outcome))

(defun wait-for (what condition)
  "Wait until the function CONDITION gives something; WHAT says what it is."
  (let ((end (+ (float-time) 20)) value)
    (while (and (not (setq value (funcall condition))) (< (float-time) end))
      (accept-process-output nil 0.05))
    (or value (error "Waited in vain for %s" what))))

(defun shown ()
  "Return the errors and warnings of the buffer."
  (ignore-errors (flymake-start))
  (cl-remove-if-not (lambda (one) (memq (flymake-diagnostic-type one) '(eglot-error eglot-warning)))
                    (flymake-diagnostics)))

(defun session ()
  "Do what a user does."
  (find-file (expand-file-name "pyproject.toml" (getenv "WS_ROOT")))
  (add-to-list 'eglot-server-programs
               `(,major-mode . (,(getenv "WS_PYTHON") "-m" "ws_lsp" "server")))
  (apply #'eglot--connect (eglot--guess-contact))
  (wait-for "the connection" #'eglot-managed-p)
  (wait-for "diagnostics" #'shown)
  (note 'diagnostics
        (vconcat (mapcar (lambda (one) (buffer-substring-no-properties
                                        (flymake-diagnostic-beg one) (flymake-diagnostic-end one)))
                         (shown))))
  (goto-char (point-min))
  (search-forward "[\"alp")
  (let ((found (eglot-completion-at-point)))
    (note 'completion
          (vconcat (mapcar #'substring-no-properties (all-completions "" (nth 2 found))))))
  (let* ((actions (eglot-code-actions (point) (point) nil nil))
         (fix (cl-find-if (lambda (one) (equal (plist-get one :kind) "quickfix")) actions)))
    (note 'actions (vconcat (mapcar (lambda (one) (plist-get one :title)) actions)))
    (eglot--apply-workspace-edit (plist-get fix :edit)))
  (note 'line (buffer-substring-no-properties (line-beginning-position) (line-end-position)))
  (eglot--signal-textDocument/didChange) ; in batch mode nothing is ever idle
  (wait-for "the diagnostics to go" (lambda () (null (shown))))
  (set-buffer-modified-p nil)
  (eglot-shutdown (eglot-current-server)))

(condition-case failure
    (session)
  (error (note 'failure (error-message-string failure))))
(with-temp-file (getenv "WS_OUT")
  (insert (json-encode outcome)))
(kill-emacs 0)
;;; eglot.el ends here
